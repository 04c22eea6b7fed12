package import Samples
package import Text

/// The end at which samples are filled up with rows of zeros to equal length.
public enum PaddingSide: String, CaseIterable, Hashable, Sendable {
  /// In front of the rows, as the CMU SDK and MulT have it.
  case left
  /// Behind the rows, as MMSA's unaligned files have it.
  case right
}

/// How arrays of others were read: what was found in them that no key says.
package struct ArrayReading: Sendable {
  /// Where a modality's samples are filled up.
  package struct Padding: Sendable {
    /// nil where they are not.
    package let side: PaddingSide?
    /// Samples that are filled up.
    package let paddedCount: Int
    /// Samples that have rows.
    package let sampleCount: Int
    /// Whether lengths beside the array say how much of each is filling.
    package let hasLengths: Bool

    /// What was found of a modality.
    package init(side: PaddingSide?, paddedCount: Int, sampleCount: Int, hasLengths: Bool) {
      self.side = side
      self.paddedCount = paddedCount
      self.sampleCount = sampleCount
      self.hasLengths = hasLengths
    }
  }

  /// Cells that are no number.
  package struct NotFinite: Hashable, Sendable {
    package var nan = 0
    /// +∞.
    package var positive = 0
    /// −∞.
    package var negative = 0

    /// None yet.
    package init() {}

    /// Adds those of other values.
    package mutating func add(_ other: NotFinite) {
      nan += other.nan
      positive += other.positive
      negative += other.negative
    }
  }

  /// Whose layout it is.
  package let layout: String
  /// Whether all modalities have the same rows, so that the text's padding is that of all.
  package let isAligned: Bool
  /// By modality.
  package let padding: [Modality: Padding]
  /// By modality, all splits together.
  package let notFinite: [Modality: NotFinite]

  /// What was found in arrays.
  package init(layout: String, isAligned: Bool, padding: [Modality: Padding], notFinite: [Modality: NotFinite]) {
    self.layout = layout
    self.isAligned = isAligned
    self.padding = padding
    self.notFinite = notFinite
  }
}

extension ArrayReading {
  /// A line on the layout, and one a modality with what is to be said of it.
  package var lines: [String] {
    let modalities = padding.keys.sorted()
    return ["read as \(layout)\(isAligned ? ", all modalities cut at the text's rows" : "")"]
      + modalities.compactMap { modality in
        let parts = [padding[modality].flatMap(\.words), notFinite[modality].flatMap(\.words)].compactMap(\.self)
        return parts.isEmpty ? nil : "\(modality): \(parts.joined(separator: "; "))"
      }
  }

  /// The same for programs.
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
      "\(paddedCount.grouped) of \(Phrase.count(sampleCount, "sample")) filled up with zeros "
        + (side == .left ? "in front (--pad left)" : "behind (--pad right)") + (hasLengths ? ", by their lengths" : "")
    }
  }
}

extension ArrayReading.NotFinite {
  fileprivate var words: String? {
    let counts = [(nan, "NaN"), (positive, "+Inf"), (negative, "−Inf")].filter { $0.0 > 0 }
    return counts.isEmpty ? nil : counts.map { "\($0.0.grouped) \($0.1)" }.joined(separator: ", ") + " cells"
  }
}
