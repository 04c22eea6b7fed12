import ArrayFiles
public import Samples
import Shards

/// The samples of a prepared folder, with the scaling undone.
public struct PreparedSamples {
  /// One sample.
  public struct Sample {
    /// Its place.
    public let split: Split
    /// Its labels.
    public let labels: [Float]
    /// [rows][columns], before scaling.
    public var rows: [Modality: [[Float]]] = [:]
    /// [rows][columns], as stored.
    public var stored: [Modality: [[Float]]] = [:]
    /// [rows]
    public var mask: [Modality: [UInt8]] = [:]
  }

  /// By id.
  public private(set) var samples: [String: Sample] = [:]

  /// Reads all shards of a folder.
  public init(_ folder: String) throws {
    let manifest = try Manifest.read(folder)
    let scalers = try ScalersFile.read(folder + "/" + ScalersFile.name)
    for (split, record) in manifest.splits {
      for file in record.shards {
        let shard = try ShardReader(path: folder + "/" + file.file)
        for (index, id) in shard.ids.enumerated() {
          var sample = Sample(split: split, labels: Array(shard.labels(of: index)))
          for (modality, columns) in scalers.columns {
            let range = shard.rows(of: index, modality)
            let width = shard.width(modality)
            var values = [Float](repeating: 0, count: range.count * width)
            values.withUnsafeMutableBufferPointer { buffer in
              shard.readFloats(modality, rows: range, into: buffer)
            }
            let stored = range.indices.map { row in
              Array(values[(row - range.lowerBound) * width..<(row - range.lowerBound + 1) * width])
            }
            sample.stored[modality] = stored
            sample.rows[modality] = stored.map { row in
              row.indices.map { Float(Double(row[$0]) * columns.scale[$0] + columns.center[$0]) }
            }
            let mask = shard.mask(modality)
            sample.mask[modality] = range.map { mask?[$0] ?? 0 }
          }
          samples[id] = sample
        }
      }
    }
  }
}
