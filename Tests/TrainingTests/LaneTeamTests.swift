import Foundation
import Testing

@testable import Training

/// Counts each lane's jobs; a lane writes only its own count.
private final class Tally: LaneWork {
  let jobs: [UnsafeMutablePointer<Int>]
  let pause: TimeInterval

  init(pause: TimeInterval = 0) {
    self.pause = pause
    jobs = (0..<2).map { _ in
      let sum = UnsafeMutablePointer<Int>.allocate(capacity: 1)
      sum.initialize(to: 0)
      return sum
    }
  }

  deinit { for sum in jobs { sum.deallocate() } }

  func perform(_ job: Int, lane: Int) {
    if lane == 1, pause > 0 { Thread.sleep(forTimeInterval: pause) }
    jobs[lane].pointee += job
  }
}

@Test("each lane does each job once, and both are done when a job is over", arguments: [1, 2, 8])
func lanes(_ threads: Int) throws {
  let team = try LaneTeam(threads: threads)
  defer { team.stop() }
  let tally = Tally()
  var expected = 0
  for job in 1...20_000 {
    team.run(tally, job)
    expected += job
    if tally.jobs[0].pointee != expected || tally.jobs[1].pointee != expected {
      Issue.record("job \(job) was not done by both lanes")
      return
    }
  }
}

@Test("a sleeping helper wakes up for the next job, and a slow lane is waited for")
func sleepingHelper() throws {
  let team = try LaneTeam(threads: 2)
  defer { team.stop() }
  let tally = Tally(pause: 0.02)
  for job in 1...3 {
    Thread.sleep(forTimeInterval: 0.1)
    team.run(tally, job)
    #expect(tally.jobs.map(\.pointee) == [job * (job + 1) / 2, job * (job + 1) / 2])
  }
}
