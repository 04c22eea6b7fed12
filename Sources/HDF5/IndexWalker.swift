import CHDF5
import Foundation
import Text

/// Walks the tree of a file through libhdf5 and reports every group and dataset to an `IndexEncoder`.
///
/// Hard links are followed, and soft links to objects of the same file. Everything that could make libhdf5 open another
/// file, loop, or ask for memory out of proportion to the file is refused first.
final class IndexWalker {
  /// The file's size.
  let byteCount: Int
  /// Bytes in front of the HDF5 data; offsets of chunks are not trusted if there are any.
  let userBlockByteCount: Int
  /// Where decoded values go.
  let scratchDescriptor: Int32
  var scratchByteCount = 0
  var stringByteCount = 0
  var chunkCount = 0
  var encoder: IndexEncoder
  private var objectCount = 0
  private var groupAddresses: Set<haddr_t> = []
  /// The groups that are being walked, from the root on.
  private var ancestors: [haddr_t] = []
  /// What is known about datasets that soft links lead to, so that none is decoded once per link.
  private var linkedDatasets: [haddr_t: HDF5Dataset] = [:]
  private let file: HDF5Handle

  /// Opens a file.
  init(path: String, byteCount: Int, scratchDescriptor: Int32, encoder: consuming IndexEncoder) throws {
    HDF5Library.prepare()
    let access = try HDF5Handle(H5Pcreate(msa_H5P_FILE_ACCESS()), "preparing to open it")
    try HDF5Library.check(H5Pset_file_locking(access.id, false, true), "preparing to open it")
    let file = try HDF5Handle(H5Fopen(path, msa_H5F_ACC_RDONLY(), access.id), "opening it as HDF5")
    let creation = try HDF5Handle(H5Fget_create_plist(file.id), "reading its head")
    var userBlock: hsize_t = 0
    try HDF5Library.check(H5Pget_userblock(creation.id, &userBlock), "reading its head")
    userBlockByteCount = Int(clamping: userBlock)
    self.byteCount = byteCount
    self.file = file
    self.scratchDescriptor = scratchDescriptor
    self.encoder = encoder
  }

  /// Reports the whole file.
  func walk() throws {
    let root = try HDF5Handle(H5Gopen2(file.id, "/", hid_t(H5P_DEFAULT)), "opening its root group")
    let address = try ObjectInfo(of: root).address
    groupAddresses.insert(address)
    ancestors.append(address)
    try walkGroup(root.id, path: "", depth: 0, isLinked: false)
    try encoder.finish()
  }

  /// - Parameter isLinked: whether a soft link was followed on the way: the group may then also be elsewhere.
  private func walkGroup(_ group: hid_t, path: String, depth: Int, isLinked: Bool) throws {
    if depth >= HDF5Limits.depth {
      throw DataError(
        .badData, place: path, "groups are nested deeper than \(HDF5Limits.depth) levels", expected: "three levels",
        advice: HDF5Advice.damaged)
    }
    if depth <= Self.attributeDepth { try reportTexts(of: group, path: path) }
    for link in try LinkList.links(of: group, place: path) {
      let place = path.isEmpty ? link.name : path + "/" + link.name
      try link.refuseUnlessInside(place: place)
      objectCount += 1
      if objectCount > HDF5Limits.objects {
        throw DataError(.badData, place: place, "more than \(HDF5Limits.objects) groups and datasets in one file")
      }
      do {
        let object = try open(link, in: group)
        try walkObject(object, place: place, depth: depth, isLinked: isLinked || link.isSoft)
      } catch var error as DataError {
        if error.place == nil { error.place = place }
        throw error
      }
    }
  }

  private func open(_ link: Link, in group: hid_t) throws -> HDF5Handle {
    if !link.isSoft { return try HDF5Handle(H5Oopen(group, link.name, hid_t(H5P_DEFAULT)), "opening it") }
    let root = try HDF5Handle(H5Gopen2(file.id, "/", hid_t(H5P_DEFAULT)), "opening its root group")
    var way = SoftLink(root: root.id)
    return try way.open(link.name, in: group)
  }

  private func walkObject(_ object: borrowing HDF5Handle, place: String, depth: Int, isLinked: Bool) throws {
    let info = try ObjectInfo(of: object)
    switch info.kind {
    case H5O_TYPE_GROUP:
      let isTree = isLinked ? !ancestors.contains(info.address) : groupAddresses.insert(info.address).inserted
      if !isTree {
        throw DataError(
          .badData, place: place, "the group has two names, or holds itself", expected: "a tree",
          advice: HDF5Advice.damaged)
      }
      try encoder.group(place)
      ancestors.append(info.address)
      try walkGroup(object.id, path: place, depth: depth + 1, isLinked: isLinked)
      ancestors.removeLast()
    case H5O_TYPE_DATASET:
      let dataset = try linkedDatasets[info.address] ?? describe(object.id, place: place)
      if isLinked { linkedDatasets[info.address] = dataset }
      try encoder.dataset(dataset, at: place)
    default:
      // A named type holds no values.
      break
    }
  }
}

/// What an open object is and where its header is.
private struct ObjectInfo {
  let kind: H5O_type_t
  let address: haddr_t

  init(of object: borrowing HDF5Handle) throws {
    var info = H5O_info_t()
    try HDF5Library.check(H5Oget_info2(object.id, &info, UInt32(H5O_INFO_BASIC)), "reading an object's head")
    kind = info.type
    address = info.addr
  }
}

/// The name and kind of an entry of a group.
private struct Link {
  let name: String
  let kind: H5L_type_t

  var isSoft: Bool { kind == H5L_TYPE_SOFT }

  func refuseUnlessInside(place: String) throws {
    if kind == H5L_TYPE_HARD || isSoft { return }
    let what = kind == H5L_TYPE_EXTERNAL ? "a link to another file" : "a link of a foreign kind (\(kind.rawValue))"
    throw DataError(
      .badData, place: place, "is \(what)", expected: "groups and datasets of this file only",
      advice: "Copy the data into the file with h5copy, or download it again.")
  }
}

/// Gathers the entries of one group.
private final class LinkList {
  var links: [Link] = []
  var problem: String?

  static func links(of group: hid_t, place: String) throws -> [Link] {
    let list = LinkList()
    let result = H5Literate(
      group, H5_INDEX_NAME, H5_ITER_NATIVE, nil,
      { _, name, info, data in
        // Both come from libhdf5, the last from the call below.
        let list = Unmanaged<LinkList>.fromOpaque(data!).takeUnretainedValue()
        return list.add(name!, info!.pointee) ? 0 : 1
      }, Unmanaged.passUnretained(list).toOpaque())
    if let problem = list.problem {
      throw DataError(
        .badData, place: place.isEmpty ? nil : place, problem, advice: HDF5Advice.damaged)
    }
    do {
      try HDF5Library.check(result, "listing a group")
    } catch var error as DataError {
      error.place = place.isEmpty ? nil : place
      throw error
    }
    return list.links
  }

  private func add(_ name: UnsafePointer<CChar>, _ info: H5L_info_t) -> Bool {
    let length = strnlen(name, HDF5Limits.nameByteCount + 1)
    let bytes = UnsafeRawBufferPointer(start: name, count: min(length, HDF5Limits.nameByteCount))
    guard length <= HDF5Limits.nameByteCount else {
      problem = "a name is longer than \(HDF5Limits.nameByteCount) bytes"
      return false
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      problem = "a name is not UTF-8: \(PrintableText.line(decoding: Array(bytes)))"
      return false
    }
    // libhdf5 would take it for a path, and follow any links on it.
    if text.isEmpty || text == "." || text.utf8.contains(UInt8(ascii: "/")) {
      problem = "a name is \"\(text)\", which is a path"
      return false
    }
    guard links.count < HDF5Limits.objects else {
      problem = "more than \(HDF5Limits.objects) entries in one group"
      return false
    }
    links.append(Link(name: text, kind: info.type))
    return true
  }
}
