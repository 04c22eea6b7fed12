package import Samples
package import Text

/// The end at which samples are padded to equal length with rows of zeros.
public enum PaddingSide: String, CaseIterable, Hashable, Sendable {
  /// Before the rows, as in the CMU SDK and MulT.
  case left
  /// After the rows, as in MMSA's unaligned files.
  case right
}

/// How arrays from other projects were read: properties found in the values, which no key states.
package struct ArrayReading: Sendable {
  /// How the samples of a modality are padded.
  package struct Padding: Sendable {
    /// The padded end; nil if samples are not padded.
    package let side: PaddingSide?
    /// The number of padded samples.
    package let paddedCount: Int
    /// The number of samples that have rows.
    package let sampleCount: Int
    /// Whether lengths stored beside the array say how much of each sample is padding.
    package let hasLengths: Bool

    /// Creates a record of what was found in a modality.
    package init(side: PaddingSide?, paddedCount: Int, sampleCount: Int, hasLengths: Bool) {
      self.side = side
      self.paddedCount = paddedCount
      self.sampleCount = sampleCount
      self.hasLengths = hasLengths
    }
  }

  /// Counts of cells that are not finite numbers.
  package struct NotFinite: Hashable, Sendable {
    package var nan = 0
    /// +∞.
    package var positive = 0
    /// −∞.
    package var negative = 0

    /// Creates counts of zero.
    package init() {}

    /// Adds the counts of another part of the data.
    package mutating func add(_ other: NotFinite) {
      nan += other.nan
      positive += other.positive
      negative += other.negative
    }
  }

  /// The project whose layout the arrays follow.
  package let layout: String
  /// Whether all modalities have the same rows, so that the padding of the text applies to all of them.
  package let isAligned: Bool
  /// The padding of each modality.
  package let padding: [Modality: Padding]
  /// The non-finite cells of each modality, over all splits.
  package let notFinite: [Modality: NotFinite]

  /// Creates a record of what was found in arrays.
  package init(layout: String, isAligned: Bool, padding: [Modality: Padding], notFinite: [Modality: NotFinite]) {
    self.layout = layout
    self.isAligned = isAligned
    self.padding = padding
    self.notFinite = notFinite
  }
}

extension ArrayReading {
  /// A line about the layout, followed by one for each modality that needs a remark.
  package var lines: [String] {
    let modalities = padding.keys.sorted()
    return ["read as \(layout)\(isAligned ? ", all modalities cut at the text's rows" : "")"]
      + modalities.compactMap { modality in
        let parts = [padding[modality].flatMap(\.words), notFinite[modality].flatMap(\.words)].compactMap(\.self)
        return parts.isEmpty ? nil : "\(modality): \(parts.joined(separator: "; "))"
      }
  }

  /// The same information as JSON.
  package var json: JSONValue {
    func object<Value>(_ values: [Modality: Value], _ json: (Value) -> JSONValue) -> JSONValue {
      .object(Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, json($0.value)) }))
    }
    return [
      "layout": .string(layout), "aligned": .bool(isAligned),
      "padding": object(padding) {
        [
          "side": $0.side.map { .string($0.rawValue) } ?? .null, "samples": .integer($0.paddedCount),
          "of": .integer($0.sampleCount), "lengths": .bool($0.hasLengths),
        ]
      },
      "not_finite": object(notFinite) {
        ["nan": .integer($0.nan), "inf": .integer($0.positive), "-inf": .integer($0.negative)]
      },
    ]
  }
}

extension ArrayReading.Padding {
  fileprivate var words: String? {
    side.map { side in
      "\(paddedCount.grouped) of \(sampleCount.counted("sample")) padded with zeros "
        + (side == .left ? "at the start (--pad left)" : "at the end (--pad right)")
        + (hasLengths ? ", according to their lengths" : "")
    }
  }
}

extension ArrayReading.NotFinite {
  fileprivate var words: String? {
    let counts = [(nan, "NaN"), (positive, "+Inf"), (negative, "−Inf")].filter { $0.0 > 0 }
    return counts.isEmpty ? nil : counts.map { "\($0.0.grouped) \($0.1)" }.joined(separator: ", ") + " cells"
  }
}
