import HDF5
import Text

/// Finds a computational sequence in an HDF5 index.
///
/// One pass over the sorted paths: a corpus that was aligned to words has hundreds of thousands of entries.
struct CSDLayout {
  /// The file's only top-level group.
  let rootName: String
  /// Datasets under `metadata`, by key.
  private(set) var metadata: [(key: String, dataset: HDF5Dataset)] = []
  /// Every entry, sorted by the bytes of the ids.
  private(set) var parts: [Parts] = []
  let index: HDF5Index

  /// What is under `data/<id>`.
  struct Parts {
    let id: String
    var features: HDF5Dataset?
    var intervals: HDF5Dataset?
  }

  /// - Throws: `DataError` 65 when the file is not a computational sequence.
  init(of index: HDF5Index) throws {
    self.index = index
    rootName = try Self.rootName(of: index)
    try collectDatasets()
    try addEmptyGroups()
    let isSorted = zip(parts, parts.dropFirst()).allSatisfy { $0.id.precedesInBytes($1.id) }
    if !isSorted { parts.sortByBytes(\.id) }
    if parts.isEmpty {
      throw DataError(
        .badData, place: rootName + "/data", "holds no entries", expected: "an entry for each recording",
        advice: Self.advice)
    }
  }

  private static let advice = "Check that this is a .csd file of the CMU SDK, or download it again."

  private static func rootName(of index: HDF5Index) throws -> String {
    let names = index.groups.filter { !$0.utf8.contains(UInt8(ascii: "/")) }
    if names.count == 1 { return names[0] }
    if let name = nameOfAll(names, in: index) { return name }
    let found = names.isEmpty ? "no group" : "\(names.count) groups (\(names.prefix(5).joined(separator: ", ")))"
    throw DataError(
      .badData, "\(found) at the top level", expected: "one, named after the computational sequence",
      advice: Self.advice)
  }

  /// Of several top-level groups, the one with a group `data`; if links make several of them the same, the one with the
  /// most informative name.
  private static func nameOfAll(_ names: [String], in index: HDF5Index) -> String? {
    let groups = Set(index.groups)
    let found = names.filter { groups.contains($0 + "/data") }
    if found.count < 2 { return found.first }
    func contents(_ name: String) -> [String: HDF5Dataset] {
      let own = index.datasets.compactMap { path, dataset in
        rest(of: path, after: name + "/data/").map { (String(decoding: $0, as: UTF8.self), dataset) }
      }
      return Dictionary(own) { first, _ in first }
    }
    let first = contents(found[0])
    if !found.dropFirst().allSatisfy({ contents($0) == first }) { return nil }
    return found.first { CSDRole(namedBy: $0) != nil } ?? found[0]
  }

  private mutating func collectDatasets() throws {
    let data = rootName + "/data/"
    let metadata = rootName + "/metadata/"
    for (path, dataset) in index.datasets {
      if let rest = Self.rest(of: path, after: data) {
        try addToEntry(rest, path: path, dataset)
      } else if let key = Self.rest(of: path, after: metadata) {
        self.metadata.append((String(decoding: key, as: UTF8.self), dataset))
      }
    }
  }

  /// Puts `<id>/<name>` where it belongs. Datasets of one entry are adjacent, since they share `<id>/`. An id may
  /// contain slashes (`video/3`), which HDF5 turns into nested groups.
  private mutating func addToEntry(_ rest: Substring.UTF8View, path: String, _ dataset: HDF5Dataset) throws {
    guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
      throw DataError(
        .badData, place: path, "is a dataset", expected: "a group with the datasets features and intervals",
        advice: Self.advice)
    }
    let last = rest.lastIndex(of: UInt8(ascii: "/")) ?? slash
    let name = rest[rest.index(after: last)...]
    let isPart = name.elementsEqual("features".utf8) || name.elementsEqual("intervals".utf8)
    if !isPart, last != slash { return }
    let id = rest[..<last]
    if parts.last.map({ !$0.id.utf8.elementsEqual(id) }) ?? true {
      parts.append(Parts(id: String(decoding: id, as: UTF8.self)))
    }
    if name.elementsEqual("features".utf8) { parts[parts.count - 1].features = dataset }
    if name.elementsEqual("intervals".utf8) { parts[parts.count - 1].intervals = dataset }
  }

  /// Groups under `data` without any dataset in them or their subgroups: entries that lack both.
  private mutating func addEmptyGroups() throws {
    let data = rootName + "/data/"
    var known = Set(parts.map(\.id))
    for part in parts where part.id.utf8.contains(UInt8(ascii: "/")) {
      known.insert(String(part.id.prefix { $0 != "/" }))
    }
    for group in index.groups {
      guard let rest = Self.rest(of: group, after: data), !rest.contains(UInt8(ascii: "/")) else { continue }
      let id = String(decoding: rest, as: UTF8.self)
      if known.insert(id).inserted { parts.append(Parts(id: id)) }
    }
  }

  private static func rest(of path: String, after prefix: String) -> Substring.UTF8View? {
    guard path.utf8.starts(with: prefix.utf8) else { return nil }
    return Substring(path).utf8.dropFirst(prefix.utf8.count)
  }
}
