import ArrayFiles
import Digests
import Files
import Foundation
import Samples
import Shards
import Text

/// A way in which a prepared folder can contradict itself although all checksums are right: its manifest and its
/// shards, or the parts of one shard.
public struct Contradiction: Sendable, CustomStringConvertible {
  /// The contradiction.
  public let description: String
  private let change: @Sendable (inout Parts) -> Void

  /// Whatever a change may touch.
  struct Parts {
    var manifest: JSONValue
    /// The first train shard.
    var shard: RawTensors
    var scalers: RawTensors
  }

  init(_ description: String, _ change: @escaping @Sendable (inout Parts) -> Void) {
    self.description = description
    self.change = change
  }

  private static let shardFile = ShardRecord.file(split: .train, number: 0)

  /// Makes an intact folder, e.g. an `ExampleFolder`, contradict itself.
  public func apply(to folder: String) throws {
    let (shardPath, scalersPath) = (folder + "/" + Self.shardFile, folder + "/" + ScalersFile.name)
    var parts = Parts(
      manifest: try JSONValue(contentsOf: folder + "/" + Manifest.name), shard: try RawTensors(shardPath),
      scalers: try RawTensors(scalersPath))
    let sound = parts
    change(&parts)
    // Untouched files keep their bytes, and the digests in the manifest are right for all of them.
    if parts.shard.bytes != sound.shard.bytes { try parts.shard.write(to: shardPath) }
    if parts.scalers.bytes != sound.scalers.bytes { try parts.scalers.write(to: scalersPath) }
    let found = try SHA256.hexDigest(ofFile: shardPath)
    parts.manifest.set(.string(found.digest), at: Self.record + ["sha256"])
    parts.manifest.set(.integer(found.byteCount), at: Self.record + ["bytes"])
    parts.manifest.set(.string(try SHA256.hexDigest(ofFile: scalersPath).digest), at: ["scalers", "sha256"])
    try Data(parts.manifest.prettyText.utf8).write(to: URL(filePath: folder + "/" + Manifest.name))
  }

  /// Makes an intact folder contradict itself in each way of the set in turn, and restores it at the end.
  public static func forEach(in folder: String, _ body: (Contradiction) throws -> Void) throws {
    let paths = [Manifest.name, shardFile, ScalersFile.name].map { URL(filePath: folder + "/" + $0) }
    let sound = try paths.map { try Data(contentsOf: $0) }
    func restore() throws {
      for (path, bytes) in zip(paths, sound) { try bytes.write(to: path) }
    }
    for contradiction in all {
      try contradiction.apply(to: folder)
      try body(contradiction)
      try restore()
    }
  }

  /// The part of the manifest about the first train shard.
  static let record = ["splits", "train", "shards", "0"]

  /// The set that readers of shards are tested with.
  public static let all = ofManifests + ofShards + ofScalers
}

extension Contradiction {
  private static func manifest(_ description: String, _ place: [String], _ value: JSONValue) -> Contradiction {
    Contradiction("manifest: " + description) { $0.manifest.set(value, at: place) }
  }

  private static let visual = ["modalities", "visual"]
  private static let numbers: [(String, JSONValue)] = [
    ("-1", -1), ("0", 0), ("2^31", .integer(1 << 31)), ("2^40", .integer(1 << 40)), ("2^62", .integer(1 << 62)),
    ("2^63 - 1", .integer(.max)), ("-2^63", .integer(.min)), ("1e19", 1e19), ("1.5", 1.5),
  ]

  private static let ofManifests: [Contradiction] = strangeNumbers + strangeMembers

  private static let strangeNumbers: [Contradiction] = numbers.flatMap { name, number -> [Contradiction] in
    [
      manifest("a width of \(name)", visual + ["dim"], number),
      manifest("\(name) samples in a shard", record + ["samples"], number),
      manifest("\(name) rows in a shard", record + ["rows"], number),
      manifest("\(name) rows of a modality", record + ["rows", "visual"], number),
    ]
  }

  private static let strangeMembers: [Contradiction] = [
    manifest("a width understated", visual + ["dim"], 2), manifest("a width overstated", visual + ["dim"], 9),
    manifest("a width overstated by far", visual + ["dim"], 65_536),
    manifest("another type", visual + ["dtype"], "bf16"),
    manifest("fewer labels", ["label_names"], ["sentiment"]),
    manifest("more labels", ["label_names"], ["sentiment", "happy", "sad"]),
    manifest("other labels", ["label_names"], ["happy", "sentiment"]),
    Contradiction("manifest: a modality less") { $0.manifest.remove(at: visual) },
  ]

  private static func shard(_ description: String, _ change: @escaping @Sendable (inout RawTensors) -> Void)
    -> Contradiction
  {
    Contradiction("shard: " + description) { change(&$0.shard) }
  }

  /// The tensor with other columns: [rows, columns] of float32, or nothing if there are no rows.
  private static func reshape(_ shard: inout RawTensors, _ name: String, rows: Int? = nil, columns: Int) {
    shard.change(name) { tensor in
      let count = rows ?? tensor.shape[0]
      tensor.shape = [count, columns]
      tensor.bytes = [UInt8](repeating: 1, count: count == 0 ? 0 : count * columns * 4)
    }
  }

  /// Removes all rows of a modality.
  private static func empty(_ shard: inout RawTensors, _ modality: Modality, columns: Int) {
    reshape(&shard, TensorName.values(modality), rows: 0, columns: columns)
    shard.change(TensorName.mask(modality)) { ($0.shape, $0.bytes) = ([0], []) }
    shard.change(TensorName.intervals(modality)) { ($0.shape, $0.bytes) = ([0, 2], []) }
    shard.change(TensorName.offsets(modality)) { $0.bytes = [UInt8](repeating: 0, count: $0.bytes.count) }
  }

  private static let ofShards: [Contradiction] = strangeColumns + emptyRows + strangeOffsets + strangeTensors

  private static let strangeColumns: [Contradiction] = [1, 2, 35, 1 << 10].map { columns in
    shard("\(columns) columns for 3") { reshape(&$0, "visual", columns: columns) }
  }

  private static let emptyRows: [Contradiction] = [0, 3, 1 << 40, 1 << 62, Int.max].map { columns in
    shard("no rows of \(columns) columns") { empty(&$0, .visual, columns: columns) }
  }

  private static let strangeOffsets: [Contradiction] = [Int64.min, -1, 1 << 20, 1 << 40, Int64.max].map { offset in
    shard("an offset of \(offset)") { $0.set("visual_offsets", at: 1, offset) }
  }

  private static let strangeTensors: [Contradiction] = [
    shard("offsets that end early") { $0.set("visual_offsets", at: 3, Int64(1)) },
    shard("offsets that start late") { $0.set("visual_offsets", at: 0, Int64(1)) },
    shard("fewer offsets than samples") {
      $0.change("visual_offsets") { ($0.shape, $0.bytes) = ([2], Array($0.bytes.prefix(16))) }
    },
    shard("offsets of another type") { $0.change("visual_offsets") { $0.type = "U64" } },
    shard("values of another type") { $0.change("visual") { ($0.type, $0.shape[1]) = ("F16", 6) } },
    shard("values as one axis") { $0.change("visual") { $0.shape = [$0.shape[0] * 3] } },
    shard("values as three axes") { $0.change("visual") { $0.shape = [$0.shape[0], 3, 1] } },
    shard("axes whose product overflows") { $0.change("visual") { $0.shape = [1 << 32, 1 << 32] } },
    shard("a negative axis") { $0.change("visual") { $0.shape = [-$0.shape[0], -3] } },
    shard("a shorter mask") { $0.change("visual_mask") { ($0.shape, $0.bytes) = ([1], [1]) } },
    shard("a mask of another type") { $0.change("visual_mask") { $0.type = "BOOL" } },
    shard("a mask of other values") { $0.set("visual_mask", at: 0, UInt8(7)) },
    shard("intervals of one column") { $0.change("visual_intervals") { $0.shape = [$0.shape[0] * 2, 1] } },
    shard("labels of one column") { $0.change("labels") { $0.shape = [6, 1] } },
    shard("labels of another type") { $0.change("labels") { $0.type = "I32" } },
    shard("more ids than samples") { $0.metadata["ids"] = #"["a","b","c","d"]"# },
    shard("no ids") { $0.metadata["ids"] = "[]" },
    shard("no labels") { $0.metadata["label_names"] = "[]" },
    shard("another split") { $0.metadata["split"] = "test" },
    shard("a modality less") { $0.tensors.removeAll { $0.name.hasPrefix("visual") } },
  ]

  private static let ofScalers: [Contradiction] = [1, 2, 5, 1 << 12].map { columns in
    Contradiction("scalers: \(columns) columns for 3") { parts in
      for name in ["visual.center", "visual.scale"] {
        parts.scalers.change(name) { tensor in
          tensor.shape = [columns]
          tensor.bytes = (0..<columns).flatMap { _ in withUnsafeBytes(of: 1.0) { Array($0) } }
        }
      }
    }
  }
}

extension JSONValue {
  /// Puts a value at a path below; numbers are positions in arrays.
  mutating func set(_ value: JSONValue, at place: some Collection<String>) {
    guard let key = place.first else { return self = value }
    switch self {
    case .object(var members):
      var inner = members[key] ?? .object([:])
      inner.set(value, at: place.dropFirst())
      members[key] = inner
      self = .object(members)
    case .array(var elements):
      guard let index = Int(key), elements.indices.contains(index) else { return }
      elements[index].set(value, at: place.dropFirst())
      self = .array(elements)
    default:
      // Replaces one number for all modalities by a number for each.
      self = .object(Dictionary(uniqueKeysWithValues: Modality.allCases.map { ($0.rawValue, self) }))
      set(value, at: place)
    }
  }

  /// Removes a member.
  mutating func remove(at place: some Collection<String>) {
    guard let key = place.first, case .object(var members) = self else { return }
    if place.count == 1 {
      members[key] = nil
    } else {
      members[key]?.remove(at: place.dropFirst())
    }
    self = .object(members)
  }
}
