import ArgumentParser
import Leaks
import Text

/// The options that state what the protocol of an experiment promises.
struct PromiseOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What the protocol says about sample, group, dialog, session or speaker: disjoint or shared, e.g. speaker=shared.",
      valueName: "level=promise"))
  var declare: [String] = []

  /// Returns the promises that `--declare` makes.
  ///
  /// - Throws: `DataError` 64 for an invalid promise.
  func promises() throws -> Promises {
    var promises = Promises()
    for part in declare.joined(separator: ",").split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, let level = SharingLevel(rawValue: sides[0] == "dialogue" ? "dialog" : sides[0]),
        let promise = Promises.Promise(rawValue: sides[1])
      else {
        throw DataError(
          .usage, "--declare has \(part)",
          expected:
            "pairs such as speaker=shared, of \(SharingLevel.allCases.map(\.rawValue).joined(separator: ", ")) and "
            + "disjoint or shared")
      }
      if !promises.declare(level, promise) {
        throw DataError(.usage, "--declare makes two promises about \(level.rawValue)", expected: "one of them")
      }
    }
    return promises
  }
}
