import ArrayFiles
import Corpora
import Digests
import Files
import Foundation
import Preparation
import Samples
import Text

extension FuzzTarget {
  /// What a run takes over from an unfinished earlier one.
  static let staging = [
    .ofFile("spill", "block.spill", madeSeeds: { spills }) { path in
      var fingerprint = Fingerprint()
      try InputFile.contents(of: path, limit: 1 << 24).withUnsafeBytes { fingerprint.update($0) }
      let summary = try SpilledBlock.summary(at: path, digest: fingerprint.hexDigest())
      let widths = Modality.allCases.map { ($0, 2) }
      let block = try SpilledBlock(path: path, summary: summary, widths: widths)
      for modality in Modality.allCases {
        let rowCount = block.rowCount(modality)
        let (mask, intervals) = (try block.mask(modality), try block.intervals(modality))
        precondition(mask.count == rowCount && intervals.count == 16 * rowCount, "sections of another length")
      }
    },
    FuzzTarget(name: "ingest", madeSeeds: { ingests }) { bytes in
      let json: JSONValue
      do throws(JSONError) {
        json = try JSONValue(parsing: bytes)
      } catch {
        return  // refused before
      }
      guard let release = IngestedRelease(json: json) else { return }
      precondition(IngestedRelease(json: release.json) != nil, "an index that was written is refused")
    },
  ]

  /// A block without a sample, and one with a sample and no rows in one modality.
  private static var spills: [[UInt8]] {
    var members = BlockSummary().json.members ?? [:]
    let empty = JSONValue.object(members)
    members["samples"] = [
      [
        "recording": "a", "segment": 3, "interval": [0.5, 2], "labels": [1, .null],
        "rows": ["visual": 2, "audio": 1, "text": 0], "words": ["one", "two"],
      ]
    ]
    members["dropped"] = [["reason": "not in the visual file", "count": 1, "ids": ["b[1]"]]]
    members["tally"] = ["visual.rows_present": 2]
    members["empty"] = ["c"]
    members["non_finite"] = ["visual": [[0, 1], [2, 0], [0, 0]]]
    members["fingerprints"] = ["visual": ["a": "00ff"]]
    return [empty, .object(members)].map(spill)
  }

  /// A spill file of two rows of visual and one of audio at most, two columns each.
  private static func spill(_ summary: JSONValue) -> [UInt8] {
    let rows = summary["samples"]?.elements?.isEmpty ?? true ? [0, 0] : [2, 1]
    let names = ["visual", "audio"]
    let layout =
      zip(names, rows).map { (name: $0 + "_intervals", type: TensorType.float64, shape: [$1, 2]) }
      + zip(names, rows).map { ($0, .float32, [$1, 2]) } + zip(names, rows).map { ($0 + "_mask", .uint8, [$1]) }
    let header = SafetensorsHeader(laying: layout, metadata: ["summary": summary.canonicalText])
    return header.bytes + [UInt8](repeating: 0, count: header.dataByteCount)
  }

  /// An index of a release without a turn, and one of a turn with rows.
  private static var ingests: [[UInt8]] {
    var members = IngestedRelease().json.members ?? [:]
    let empty = JSONValue.object(members)
    let turn = "Ses01F_impro01_F000"
    members["emotions"] = [[.string(turn), 0.5, 2.25, "neu", 2.5, 3, 3.5]]
    members["words"] = .object([turn: [[0.5, 1, "one"]]])
    members["rows"] = ["audio": .object([turn: [0, 3, 2, "rate", true, 0, 1, 0.5, "00ff"]])]
    members["columns"] = ["audio": ["a", "b"]]
    members["tally"] = ["files.hidden": 3]
    members["bad_lines"] = [["a.txt", 3, "a turn"]]
    return [empty.canonicalBytes, JSONValue.object(members).canonicalBytes]
  }
}
