import CHDF5
import Text

/// Follows a soft link to what it names in the same file.
///
/// Step by step: libhdf5 itself, given a path, would follow a link out of the file midway.
struct SoftLink {
  /// The file's root group.
  private let root: hid_t
  /// Soft links followed so far: one that leads back to itself ends like one that leads too far.
  private var followedCount = 0

  /// - Parameter root: the root group of the file.
  init(root: hid_t) { self.root = root }

  /// Opens what the soft link `name` of `group` leads to.
  ///
  /// - Throws: `DataError` 65 when nothing is there, or when the path leads out of the file or through too many links.
  mutating func open(_ name: String, in group: hid_t) throws -> HDF5Handle {
    followedCount += 1
    if followedCount > HDF5Limits.softLinks {
      throw DataError(
        .badData, "is a soft link that leads back to itself, or through more than \(HDF5Limits.softLinks) others",
        expected: "at most \(HDF5Limits.softLinks), and an object at the end", advice: Self.advice)
    }
    let target = try Self.target(of: name, in: group)
    let start = target.utf8.first == UInt8(ascii: "/") ? root : group
    var here = try HDF5Handle(H5Oopen(start, ".", hid_t(H5P_DEFAULT)), "following a soft link")
    for part in target.split(separator: "/") where part != "." {
      here = try step(String(part), from: here.id, towards: target)
    }
    return here
  }

  private mutating func step(_ name: String, from group: hid_t, towards target: String) throws -> HDF5Handle {
    // For a dataset, which has no links, libhdf5 gives an error: nothing is there either.
    let exists = H5Lexists(group, name, hid_t(H5P_DEFAULT))
    guard exists > 0 else {
      // Unreadable is not the same as missing; for a damaged group the name says enough.
      if exists < 0, case let failure = HDF5Library.failure("following a soft link"), !failure.tellsOfInput {
        throw failure
      }
      H5Eclear2(hid_t(H5E_DEFAULT))
      throw DataError(
        .badData, "is a soft link to \(target), but \(name) is missing", expected: "a group or dataset of this file",
        advice: Self.advice)
    }
    var info = H5L_info_t()
    try HDF5Library.check(H5Lget_info(group, name, &info, hid_t(H5P_DEFAULT)), "following a soft link")
    switch info.type {
    case H5L_TYPE_HARD: return try HDF5Handle(H5Oopen(group, name, hid_t(H5P_DEFAULT)), "following a soft link")
    case H5L_TYPE_SOFT: return try open(name, in: group)
    default:
      throw DataError(
        .badData, "is a soft link to \(target), which leads outside the file",
        expected: "groups and datasets of this file only", advice: Self.advice)
    }
  }

  /// The path that a soft link holds.
  private static func target(of name: String, in group: hid_t) throws -> String {
    var info = H5L_info_t()
    try HDF5Library.check(H5Lget_info(group, name, &info, hid_t(H5P_DEFAULT)), "reading a soft link")
    let byteCount = info.u.val_size
    guard 1...HDF5Limits.softLinkByteCount ~= byteCount else {
      throw DataError(
        .badData, "is a soft link of \(byteCount) bytes", expected: "1 to \(HDF5Limits.softLinkByteCount)",
        advice: HDF5Advice.damaged)
    }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    try HDF5Library.check(H5Lget_val(group, name, &bytes, byteCount, hid_t(H5P_DEFAULT)), "reading a soft link")
    guard let text = String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self), !text.isEmpty else {
      throw DataError(
        .badData, "is a soft link whose path is empty or not UTF-8", advice: HDF5Advice.damaged)
    }
    return text
  }

  private static let advice = "Copy the data into the file with h5copy, or download it again."
}
