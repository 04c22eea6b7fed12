import Foundation
import Samples
import Text

/// Names of one level that differ only in capitals, in blanks around them, in characters without a picture, in zeros before a
/// number or in how their characters are composed, and that lie in different splits: one thing, divided under two names.
struct AlikeNames {
  let level: SharingLevel
  /// The names of each such thing, with the splits that each is in; sorted.
  let names: [[(name: String, splits: Set<Split>)]]

  /// Shorter names can be codes that capitals tell apart.
  private static let fewestCharacters = 4

  init(_ level: SharingLevel, in datasets: [AuditedDataset]) {
    self.level = level
    var found: [Key: [String: Set<Split>]] = [:]
    for dataset in datasets {
      for sample in dataset.samples {
        guard let name = level.name(of: sample), let key = Self.key(name, dataset) else { continue }
        found[key, default: [:]][name, default: []].insert(sample.split)
      }
    }
    names = found.values.filter { spellings in
      spellings.count > 1 && spellings.values.contains { $0 != spellings.values.first }
    }.map { spellings in
      spellings.sortedByBytes(\.key).map { (name: $0.key, splits: $0.value) }
    }.sortedByBytes { $0[0].name }
  }

  private struct Key: Hashable {
    let folded: String
    let corpus: String
  }

  private static func key(_ name: String, _ dataset: AuditedDataset) -> Key? {
    // Most names are plain.
    let visible =
      name.utf8.allSatisfy { $0 < 128 }
      ? name
      : String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.properties.generalCategory != .format }))
    let folded = withoutZeros(
      visible.precomposedStringWithCompatibilityMapping.trimmingCharacters(in: .whitespacesAndNewlines).lowercased())
    guard folded.count >= fewestCharacters, folded.contains(where: \.isLetter) else { return nil }
    return Key(folded: folded, corpus: dataset.corpus)
  }

  /// `ses1` for `ses01`; digits after a point are a fraction.
  private static func withoutZeros(_ name: String) -> String {
    let bytes = Array(name.utf8)
    func isDigit(_ place: Int) -> Bool { bytes.indices.contains(place) && (48...57).contains(bytes[place]) }
    var isLeading = true
    var kept: [UInt8] = []
    for (place, byte) in bytes.enumerated() {
      if !isDigit(place) {
        isLeading = byte != UInt8(ascii: ".") || !isDigit(place - 1)
      } else if byte != UInt8(ascii: "0") || !isDigit(place + 1) {
        isLeading = false
      }
      if !(isLeading && byte == UInt8(ascii: "0") && isDigit(place + 1)) { kept.append(byte) }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// `vid (train) and VID (test)`, of the first few.
  var text: String {
    Phrase.list(
      names.map { spellings in
        spellings.map { "\($0.name) (\(Phrase.splits($0.splits)))" }.joined(separator: " and ")
      }, separator: "; ")
  }

  /// The facts as JSON.
  var json: JSONValue {
    [
      "level": .string(level.rawValue), "count": .integer(names.count),
      "items": .array(names.prefix(Phrase.keptCount).map { .names($0.map(\.name)) }),
    ]
  }

  /// Every sample of a later split with the first one of an earlier split under another spelling.
  func rows(_ datasets: [AuditedDataset]) -> LeakRows {
    let alike = Set(names.joined().map(\.name))
    return LeakRows { body in
      var first: [Key: [Split: (side: LeakRow.Side, name: String)]] = [:]
      for split in Split.allCases {
        for dataset in datasets {
          for sample in dataset.samples[dataset.indices(of: split)] {
            guard let name = level.name(of: sample), alike.contains(name), let key = Self.key(name, dataset) else {
              continue
            }
            let side = LeakRow.Side(sample, of: dataset)
            for other in Split.allCases.prefix(while: { $0 != split }) {
              if let one = first[key]?[other], one.name != name {
                try body(
                  LeakRow(
                    one.side, side, reason: "the same \(level.rawValue) in another spelling: \(one.name), \(name)"))
              }
            }
            if first[key]?[split] == nil { first[key, default: [:]][split] = (side, name) }
          }
        }
      }
    }
  }
}
