import Corpora
import HDF5

extension CSDFile {
  /// Element type and storage of the features, e.g. `float32, gzip`.
  var typeDescription: String {
    guard let entry = entries.first(where: { $0.rowCount > 0 }) else { return "no rows" }
    let storage =
      switch entry.features.storage {
      case .contiguous: "contiguous"
      case .chunked(let chunking): chunking.filters.contains(.deflate) ? "gzip" : "chunked"
      case .scratch, .strings: "decoded"
      case .none: "never written"
      }
    return "\(entry.features.type), \(storage)"
  }
}
