public import Options
import Text

/// A model or program that makes features, by its name and version.
public struct Extractor: Hashable, Sendable {
  /// What it is called where it is published.
  public let name: String
  /// Which release of it.
  public let version: String

  /// An extractor.
  public init(name: String, version: String) {
    self.name = name
    self.version = version
  }

  /// Reads `name@version`; nil for anything else. Releases hold no `@`; names of models may.
  public init?(_ text: String) {
    guard let place = text.lastIndex(of: "@"), place > text.startIndex, text.index(after: place) < text.endIndex else {
      return nil
    }
    self.init(name: String(text[..<place]), version: String(text[text.index(after: place)...]))
  }

  /// `name@version`
  public var title: String { "\(name)@\(version)" }
}

/// What made a modality's features, as somebody declares it.
public struct DeclaredExtractor: Hashable, Sendable {
  /// What it made.
  public let modality: Modality
  /// What made it.
  public let extractor: Extractor

  /// What a text has to be.
  public static let expectation =
    "a modality, the extractor and its version, e.g. audio=superb/wav2vec2-base-superb-er@441a759"

  /// A declaration.
  public init(modality: Modality, extractor: Extractor) {
    self.modality = modality
    self.extractor = extractor
  }

  /// Reads `audio=name@version`.
  ///
  /// - Throws: `OptionFault` for anything else.
  public init(_ text: String) throws(OptionFault) {
    let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard sides.count == 2, let modality = Modality(rawValue: sides[0]), let extractor = Extractor(sides[1]) else {
      throw OptionFault("has \(text)", expected: Self.expectation, isMalformed: true)
    }
    self.init(modality: modality, extractor: extractor)
  }

  /// Reads `audio=name@version`.
  ///
  /// - Throws: `DataError` 64.
  public init(parsing text: String) throws {
    do throws(OptionFault) {
      try self.init(text)
    } catch {
      throw Self.refusal(error)
    }
  }

  private static func refusal(_ fault: OptionFault) -> DataError {
    DataError(
      .usage, "--extractor \(fault.finding)", expected: fault.expected,
      advice: "The modalities are \(Modality.allCases.map(\.rawValue).joined(separator: ", ")).")
  }

  /// `name@version`
  public var title: String { extractor.title }

  /// The extractor of each modality.
  ///
  /// - Throws: `OptionFault` where a modality has two.
  public static func byModality(_ declared: [DeclaredExtractor]) throws(OptionFault) -> [Modality: Extractor] {
    var extractors: [Modality: Extractor] = [:]
    for one in declared {
      let other = extractors.updateValue(one.extractor, forKey: one.modality)
      if let other, other != one.extractor {
        throw OptionFault(
          "names two extractors of \(one.modality): \(other.title) and \(one.title)", expected: "one for a modality")
      }
    }
    return extractors
  }

  /// The extractor of each modality, where no option is being read.
  ///
  /// - Throws: `DataError` 64 where a modality has two.
  public static func extractors(_ declared: [DeclaredExtractor]) throws -> [Modality: Extractor] {
    do throws(OptionFault) {
      return try byModality(declared)
    } catch {
      throw refusal(error)
    }
  }
}
