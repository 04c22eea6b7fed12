import Archives
import ArrayFiles
import Files
import Samples
import Shards
import TensorCore
import Text
import Workers

/// Tar files for the `webdataset` package: `train-000000.tar` holds the samples of `train-00000.safetensors`, and so on.
///
/// A sample is a run of files with one key: for each modality `<key>.<modality>.npy` [rows, D] in the stored format
/// (bf16, which NumPy lacks, as float32), `<key>.<modality>_mask.npy` uint8 [rows], `<key>.<modality>_intervals.npy`
/// float64 [rows, 2] in seconds; and `<key>.json` with id, group, speaker, session, split, interval, label, label_names
/// and words, and dialog and sentence where the corpus has them. README.md tells `datasets.load_dataset` what is there (see `DatasetCard`).
enum WebDatasetExport {
  /// Writes a tar file for each shard.
  static func write(_ source: ExportSource, to out: String, progress: any ProgressSink) throws -> [ExportedFile] {
    try DatasetCard.requireReplaceable(in: out)
    var files: [ExportedFile] = []
    let optionalTexts = source.optionalTexts
    for split in source.manifest.presentSplits {
      progress.begin("export \(split)", total: source.lines(of: split).count, unit: "sample")
      defer { progress.end() }
      for (number, file) in source.shardFiles(of: split).enumerated() {
        let digits = String(number)
        let name = "\(split)-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).tar"
        let (shard, lines) = try source.open(file)
        var tar = try TarWriter(path: out + "/" + name)
        for line in lines {
          try add(line, shard, labelNames: source.manifest.labelNames, optionalTexts: optionalTexts, to: &tar)
        }
        try tar.commit()
        files.append(try ExportedFile(folder: out, name: name, samples: lines.count))
        progress.advance(by: lines.count)
      }
    }
    try AtomicFile.write(DatasetCard(source).text, to: out + "/" + DatasetCard.name)
    files.append(try ExportedFile(folder: out, name: DatasetCard.name, samples: 0))
    return files
  }

  private static func add(
    _ line: SampleLine, _ shard: ShardReader, labelNames: [String], optionalTexts: [String],
    to tar: inout TarWriter
  ) throws {
    let key = key(of: line.id)
    for (modality, width) in shard.description.modalities {
      let rows = shard.rows(of: line.index, modality)
      try tar.add("\(key).\(modality).npy", values(modality, rows: rows, width: width, shard))
      let mask = shard.mask(modality).map { Array($0[rows]) } ?? []
      try tar.add("\(key).\(modality)_mask.npy", NpyFile.bytes(mask, .uint8, shape: [rows.count]))
      let times = shard.intervals(modality).map { Array($0[2 * rows.lowerBound..<2 * rows.upperBound]) } ?? []
      try tar.add("\(key).\(modality)_intervals.npy", NpyFile.bytes(times, .float64, shape: [rows.count, 2]))
    }
    var members = line.json.members ?? [:]
    // Its place in the prepared folder means nothing here.
    for name in ["shard", "index", "rows"] { members[name] = nil }
    // The same members in every sample: readers take their types from one.
    for name in optionalTexts where members[name] == nil { members[name] = .null }
    members["label_names"] = .array(labelNames.map { .string($0) })
    try tar.add("\(key).json", Array(JSONValue.object(members).canonicalText.utf8))
  }

  private static func values(_ modality: Modality, rows: Range<Int>, width: Int, _ shard: ShardReader) -> [UInt8] {
    let shape = [rows.count, width]
    switch shard.description.dtype {
    case .bf16:
      let floats = [Float](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
        shard.readFloats(modality, rows: rows, into: buffer.part(from: 0, count: rows.count * width))
        count = rows.count * width
      }
      return NpyFile.bytes(floats, .float32, shape: shape)
    case .f16: return stored(.float16)
    case .f32: return stored(.float32)
    }
    func stored(_ element: NpyHeader.Element) -> [UInt8] {
      shard.withStoredBytes(modality, rows: rows) { NpyHeader(element, shape: shape).bytes + Array($0) }
    }
  }

  /// A sample's name in a tar file: letters, digits, `-`, `_`, `[` and `]` stay, every other byte becomes `%` and two digits.
  ///
  /// webdataset ends the key at the first dot and takes the part before a slash as a folder.
  static func key(of id: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var key: [UInt8] = []
    for byte in id.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "["), UInt8(ascii: "]"):
        key.append(byte)
      default: key += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: key, as: UTF8.self)
  }
}
