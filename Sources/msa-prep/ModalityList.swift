import ArgumentParser
import Samples

/// A subset of the modalities: `visual,audio,text`, each at most once.
struct ModalityList: Hashable, CustomStringConvertible {
  /// In the order they have everywhere, whatever order they were given in.
  let values: [Modality]

  static let all = ModalityList(values: Modality.allCases)

  private init(values: [Modality]) { self.values = values }

  private init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let modalities = words.compactMap { Modality(rawValue: String($0.filter { $0 != " " })) }
    guard modalities.count == words.count, Set(modalities).count == words.count else { return nil }
    values = modalities.sorted()
  }

  /// The value of `--modalities`.
  ///
  /// - Throws: `ValidationError` that says what was expected.
  init(parsing argument: String) throws {
    guard let list = Self(argument: argument) else {
      let names = Modality.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("expected some of \(names), each once, with commas between them")
    }
    self = list
  }

  var description: String { values.map(\.rawValue).joined(separator: ",") }
}
