import Runs
import Training

extension FuzzTarget {
  /// The files of a run folder that an audit reads.
  static let runs = [
    ofRun("run-results", .results), ofRun("run-history", .history), ofRun("run-predictions", .predictions),
  ]

  private static func ofRun(_ name: String, _ file: RunFile) -> FuzzTarget {
    let folder = "seeds-" + name
    let seeds = { @Sendable in try [MadeSeeds.bytes(file.path(in: MadeSeeds.run(name)))] }
    return .ofFile(name, file.path(in: folder), madeSeeds: seeds) { _ in
      for run in try RunRecord.read(scratch + "/" + folder) {
        precondition(run.otherEpochs.allSatisfy { $0 >= 0 }, "no epoch")
      }
    }
  }
}
