import Corpora
import Files
import Samples

extension FuzzTarget {
  private static let folder = "fixtures/iemocap"

  /// The texts of an IEMOCAP release.
  static let releases = [
    FuzzTarget(name: "emotions", seeds: [folder, folder + "/attacks"]) { bytes in
      let parsed = try EmoEvaluationFile.parse(bytes, path: "a.txt")
      for turn in parsed.values {
        check(turn.interval)
        precondition(EmoEvaluationFile.categories.contains(turn.category), "a wrong category was accepted")
        precondition(
          turn.valence.isFinite && turn.activation.isFinite && turn.dominance.isFinite, "a wrong number was accepted")
        precondition(UtteranceID(turn.id.text) == turn.id, "an id reads back differently")
        precondition(
          turn.votes.counts.allSatisfy { category, count in
            count > 0 && (EmoEvaluationFile.categories.contains(category) || category == RaterVotes.unknown)
          }, "a vote for nothing")
      }
      precondition(Set(parsed.values.map(\.id)).count == parsed.values.count, "a turn came twice")
      check(parsed.bad, parsed.badCount, goodCount: parsed.values.count + parsed.skipped)
    },
    FuzzTarget(name: "transcription", seeds: [folder, folder + "/attacks"]) { bytes in
      let parsed = try TranscriptionFile.parse(bytes, path: "a.txt")
      for turn in parsed.values {
        check(turn.interval)
        var end = 0.0
        for word in turn.evenlySpokenWords {
          precondition(!word.word.isEmpty && word.interval.start == end, "words do not follow each other")
          end = word.interval.end
        }
      }
      check(parsed.bad, parsed.badCount, goodCount: parsed.values.count + parsed.skipped)
    },
    FuzzTarget(name: "word-times", seeds: [folder, folder + "/attacks"]) { bytes in
      let parsed = try WordSegmentFile.parse(bytes, path: "a.wdseg")
      for word in parsed.values {
        check(word.interval)
        precondition(!word.word.isEmpty && word.interval.duration > 0, "an empty word was accepted")
      }
      // The header and the last line are good lines too.
      check(parsed.bad, parsed.badCount, goodCount: parsed.values.count + parsed.skipped + 2)
    },
    FuzzTarget(name: "motion", seeds: [folder, folder + "/attacks"]) { bytes in
      // A fresh one each time, so that a sanitizer sees the first value beyond it.
      let values = FloatBuffer()
      let motion = try MotionCaptureFile.parse(bytes, path: "a.txt", into: values)
      precondition(zip(motion.times, motion.times.dropFirst()).allSatisfy { $0 < $1 }, "times do not grow")
      let written = UnsafeBufferPointer(start: values.base, count: motion.frameCount * motion.width)
      precondition(written.count <= values.capacity, "more values than room")
      check(motion.bad, motion.badCount, goodCount: motion.frameCount)
    },
  ]

  private static func check(_ interval: Interval) {
    precondition(interval.isFinite && !interval.isReversed && interval.start >= 0, "a wrong interval was accepted")
  }

  private static func check(_ bad: [BadLine], _ badCount: Int, goodCount: Int) {
    precondition(bad.count == min(badCount, BadLine.keptCount), "a bad line was lost")
    precondition(badCount <= 1 || badCount < goodCount, "too many bad lines were accepted")
    precondition(bad.map(\.line) == bad.map(\.line).sorted(), "bad lines are out of order")
  }
}
