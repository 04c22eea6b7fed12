import Archives
import Corpora
import Digests
import Files
import HDF5
import Samples
import SoundFiles
import Text

extension FuzzTarget {
  /// Sound, archives and HDF5.
  static let files = [
    FuzzTarget(name: "wav", seeds: ["fixtures/sound", "fixtures/sound/formats", "fixtures/sound/attacks"]) { bytes in
      let sound = try SoundFile.read(bytes, path: "fuzz.wav")
      precondition(!sound.samples.isEmpty && sound.samples.allSatisfy(\.isFinite), "samples that are not finite")
    },
    FuzzTarget(name: "compressed-sound", seeds: ["fixtures/sound/compressed", "fixtures/sound/attacks"]) { bytes in
      let sound = try SoundFile.readAny(bytes, path: "fuzz")
      precondition(!sound.samples.isEmpty && sound.samples.allSatisfy(\.isFinite), "samples that are not finite")
    },
    .ofFile("archive", "archive", seeds: ["fixtures/archives", "fixtures/archives/attacks"]) { path in
      var seen: Set<String> = []
      var total = 0
      let counts = try FileTrees.open(path, limits: archiveLimits).forEachFile {
        !$0.hasSuffix("z")
      } _: { file in
        precondition(seen.insert(file.path).inserted, "a path came twice")
        for part in file.path.split(separator: "/", omittingEmptySubsequences: false) {
          precondition(!part.isEmpty && !part.hasPrefix("."), "a path leads elsewhere: \(file.path)")
        }
        precondition(file.bytes.count <= archiveLimits.fileByteCount, "a file is too large")
        total += file.bytes.count
      }
      precondition(counts.read == seen.count, "another number of files than came out")
      precondition(total <= archiveLimits.totalByteCount, "limits were passed")
    },
    // libhdf5 parses in a child process, as it does for users: a crash or hang there is one refusal here.
    .ofFile("hdf5", "hdf5.h5", seeds: ["fixtures/hdf5", "fixtures/hdf5/attacks"]) { path in
      try readEverything(try HDF5Indexer.forking.index(path))
    },
    // The output of that process, which a hostile file may have taken over.
    FuzzTarget(name: "hdf5-index", madeSeeds: { try IndexStream.seeds(ofFilesIn: "fixtures/hdf5") }) { bytes in
      try readEverything(try IndexStream.chunks.index(from: bytes))
    },
    FuzzTarget(name: "csd", madeSeeds: { try IndexStream.labels.seeds() + IndexStream.words.seeds() }) { bytes in
      let index = try IndexStream.labels.index(from: bytes)
      let file = try CSDFile(file: HDF5File(index: index), folds: nil)
      precondition(
        file.entries.allSatisfy {
          $0.rowCount == 0 || file.isText || $0.features.valueCount == $0.rowCount * file.width
        },
        "entries of different widths")
      if !file.isText { _ = try CSDLabels(of: file) }
      try readEverything(index)
    },
  ]

  /// Small enough for thousands of runs a second.
  private static let archiveLimits = {
    var limits = TreeLimits()
    limits.entryCount = 200
    limits.fileByteCount = 1 << 20
    limits.freeByteCount = 1 << 22
    limits.totalByteCount = 1 << 23
    return limits
  }()

  /// Reads every dataset of an index that passed validation.
  private static func readEverything(_ index: HDF5Index) throws {
    let file = try HDF5File(index: index)
    let reader = HDF5Reader()
    let buffer = FloatBuffer()
    var fingerprint = Fingerprint()
    // Large datasets are allowed and slow: the reader does the same for small ones.
    for (place, dataset) in index.datasets where dataset.valueCount * max(1, dataset.type.byteCount) < 1 << 22 {
      do {
        if dataset.type.isNumeric {
          try reader.readFloats(dataset, of: file, place: place, into: buffer, fingerprint: &fingerprint)
          _ = try reader.readDoubles(dataset, of: file, place: place, fingerprint: &fingerprint)
        } else if dataset.type.isText {
          _ = try reader.readStrings(dataset, of: file, place: place, fingerprint: &fingerprint)
        }
      } catch let error as DataError where error.code == .badData {
        continue  // the next dataset may be sound
      }
    }
  }
}
