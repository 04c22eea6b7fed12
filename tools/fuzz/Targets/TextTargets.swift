import Console
import Corpora
import Storage

extension FuzzTarget {
  /// Texts: configuration, lists and tables.
  static let texts = [
    FuzzTarget(name: "json", seeds: ["fixtures/hdf5/golden.json", "fixtures/folds/standard.json"]) { bytes in
      let value: JSONValue
      do throws(JSONError) {
        value = try JSONValue(parsing: bytes)
      } catch {
        precondition(!error.description.contains("\n"), "a refusal of several lines")
        return
      }
      let again = try JSONValue(parsing: value.canonicalText)
      precondition(again.canonicalText == value.canonicalText, "canonical JSON reads back differently")
    },
    // A wrong configuration is wrong usage, and a file that it names may be missing.
    .ofFile("yaml", "yaml.yaml", seeds: ["pipelines"], otherRefusals: [.usage, .inputMissing]) { path in
      let job = PipelineJob("mosei", keys: ["root", "out", "folds", "clean"].map { PipelineKey($0, .text) })
      _ = try PipelineSet(contentsOf: path, overrides: [], jobs: [job])
    },
    .ofFile("folds", "folds", seeds: ["fixtures/folds"]) { path in
      let file = try FoldFile.read(path)
      let ids = file.groups.values.flatMap { $0 }
      precondition(Set(ids).count == ids.count && !ids.contains(""), "an id came twice, or is empty")
    },
    .ofFile("word-vectors", "word-vectors", seeds: ["fixtures/word-vectors"]) { path in
      let vectors = try WordVectors.read(path: path, words: ["the", "of", "don't", "café", "."])
      precondition(vectors.width > 0 && vectors.values.count % vectors.width == 0, "values do not fill the rows")
      precondition(vectors.values.allSatisfy(\.isFinite), "a value that is not finite")
    },
    FuzzTarget(name: "features", seeds: ["fixtures/features", "fixtures/npy"]) { bytes in
      let file = try FeatureFile.read(bytes, path: "fuzz.csv")
      precondition(file.values.count == file.rowCount * file.width, "values do not fill the rows")
      precondition(file.names.map { $0.count == file.width } ?? true, "names of another number")
      precondition(file.times.map { $0.starts.count == file.rowCount } ?? true, "times of another number")
      precondition(file.times?.ends.map { $0.count == file.rowCount } ?? true, "ends of another number")
    },
  ]
}
