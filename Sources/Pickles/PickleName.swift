/// What a pickle may name of Python, all of it made of data alone. Any other name is refused before anything is done with it.
enum PickleName: String {
  case reconstruct, scalar, ndarray, dtype
  case frombuffer
  case encode
  case orderedDict, defaultdict
  case list, dict, set, frozenset, tuple, int, float, bytes, bytearray, str, complex

  /// What a module's name in a module means, under the names of all versions of Python and NumPy; nil for all else.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"): self = .reconstruct
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .scalar
    case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"): self = .frombuffer
    case ("numpy", "ndarray"): self = .ndarray
    case ("numpy", "dtype"): self = .dtype
    case ("_codecs", "encode"): self = .encode
    case ("collections", "OrderedDict"): self = .orderedDict
    case ("collections", "defaultdict"): self = .defaultdict
    case ("builtins", _), ("__builtin__", _):
      guard let known = PickleName(rawValue: name), known.isBuiltIn else { return nil }
      self = known
    default: return nil
    }
  }

  private var isBuiltIn: Bool {
    switch self {
    case .list, .dict, .set, .frozenset, .tuple, .int, .float, .bytes, .bytearray, .str, .complex: true
    default: false
    }
  }
}
