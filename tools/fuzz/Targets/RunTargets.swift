import Audit
import Runs
import Storage
import Training

extension FuzzTarget {
  /// The files of a run folder that an audit reads.
  static let runs = [
    ofRun("run-results", "results.json"), ofRun("run-history", "metrics_history.json"),
    ofRun("run-predictions", "predictions.csv"),
  ]

  private static func ofRun(_ name: String, _ file: String) -> FuzzTarget {
    let folder = "seeds-" + name
    let seeds = { @Sendable in try [MadeSeeds.bytes(MadeSeeds.run(name) + "/" + file)] }
    return .ofFile(name, folder + "/" + file, madeSeeds: seeds) { _ in
      let epochs = try RunRecord.read(scratch + "/" + folder).flatMap(\.otherEpochs)
      precondition(epochs.allSatisfy { $0 >= 0 }, "no epoch")
    }
  }
}
