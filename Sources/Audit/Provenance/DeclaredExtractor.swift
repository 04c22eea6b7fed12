public import Samples
import Text

/// What made a modality's features, as somebody declares it.
public struct DeclaredExtractor: Hashable, Sendable {
  /// What it made.
  public let modality: Modality
  /// What it is called where it is published.
  public let name: String
  /// Which release of it.
  public let version: String

  /// Reads `audio=name@version`.
  ///
  /// - Throws: `DataError` 64.
  public init(parsing text: String) throws {
    let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
    // Releases hold no @; names of models may.
    guard sides.count == 2, let modality = Modality(rawValue: sides[0]), let place = sides[1].lastIndex(of: "@"),
      place > sides[1].startIndex, sides[1].index(after: place) < sides[1].endIndex
    else {
      throw DataError(
        .usage, "--extractor has \(text)",
        expected: "a modality, the extractor and its version, e.g. audio=superb/wav2vec2-base-superb-er@441a759",
        advice: "The modalities are \(Modality.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    self.modality = modality
    name = String(sides[1][..<place])
    version = String(sides[1][sides[1].index(after: place)...])
  }

  /// `name@version`
  var title: String { "\(name)@\(version)" }
}
