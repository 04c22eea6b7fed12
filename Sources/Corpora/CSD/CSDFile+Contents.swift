public import Samples

extension CSDFile {
  /// What a sequence is, as its root name or else its file's name says.
  public enum Contents: Hashable, Sendable {
    case features(Modality)
    case labels
  }

  /// What the sequence is; nil where neither name says it.
  public var contents: Contents? {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    switch CSDRole(namedBy: rootName) ?? CSDRole(namedBy: name) {
    case .features(let modality): return .features(modality)
    case .labels: return .labels
    case nil: return nil
    }
  }
}
