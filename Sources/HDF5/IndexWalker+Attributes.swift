import CHDF5
import Foundation
import Text

extension IndexWalker {
  /// Groups that are looked at for attributes: the root, a sequence's own, and `data` and `metadata` in it.
  static let attributeDepth = 2

  /// Reports the attributes of a group that hold texts; others are not needed here.
  func reportTexts(of group: hid_t, path: String) throws {
    do {
      for name in try AttributeNames.names(of: group) {
        let attribute = try HDF5Handle(H5Aopen(group, name, hid_t(H5P_DEFAULT)), "opening its attribute \(name)")
        let type = try HDF5Handle(H5Aget_type(attribute.id), "reading its attribute \(name)")
        guard H5Tget_class(type.id) == H5T_STRING else { continue }
        let space = try HDF5Handle(H5Aget_space(attribute.id), "reading its attribute \(name)")
        let count = Int(clamping: H5Sget_simple_extent_npoints(space.id))
        let size = H5Tget_size(type.id)
        if count < 1 { continue }
        // No overflow: both are capped before they are multiplied.
        if count > HDF5Limits.attributeTexts || size > HDF5Limits.attributeByteCount
          || count * size > HDF5Limits.attributeByteCount
        {
          throw DataError(
            .badData, "its attribute \(name) holds \(count) texts of \(size) bytes",
            expected: "at most \(HDF5Limits.attributeTexts), and \(HDF5Limits.attributeByteCount) bytes",
            advice: HDF5Advice.damaged)
        }
        let texts =
          H5Tis_variable_str(type.id) > 0
          ? try variableTexts(of: attribute, type, space, count: count)
          : try Self.fixedTexts(of: attribute, type, count: count, size: size)
        try addBytes(of: texts)
        try encoder.attribute(HDF5Attribute(path: path, name: name, texts: texts))
      }
    } catch var error as DataError {
      if error.place == nil, !path.isEmpty { error.place = path }
      throw error
    }
  }

  private func variableTexts(
    of attribute: borrowing HDF5Handle, _ type: borrowing HDF5Handle, _ space: borrowing HDF5Handle, count: Int
  ) throws -> [String] {
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try HDF5Library.check(H5Aread(attribute.id, type.id, &pointers), "reading an attribute")
    defer { H5Dvlen_reclaim(type.id, space.id, hid_t(H5P_DEFAULT), &pointers) }
    return pointers.map { $0.map { String(cString: $0) } ?? "" }
  }

  private static func fixedTexts(
    of attribute: borrowing HDF5Handle, _ type: borrowing HDF5Handle, count: Int, size: Int
  ) throws -> [String] {
    var bytes = [UInt8](repeating: 0, count: count * size)
    try HDF5Library.check(H5Aread(attribute.id, type.id, &bytes), "reading an attribute")
    let isPadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
    return (0..<count).map { number in
      let text = String(decoding: bytes[number * size..<(number + 1) * size].prefix { $0 != 0 }, as: UTF8.self)
      return isPadded ? String(text.reversed().drop { $0 == " " }.reversed()) : text
    }
  }

  private func addBytes(of texts: [String]) throws {
    stringByteCount += texts.reduce(0) { $0 + $1.utf8.count }
    if stringByteCount > HDF5Limits.variableStringBytes {
      throw DataError(
        .badData, "more than \(HDF5Limits.variableStringBytes) bytes of strings in one file",
        advice: HDF5Advice.damaged)
    }
  }
}

/// Gathers the names of an object's attributes.
private final class AttributeNames {
  private var names: [String] = []
  private var isTooMuch = false

  static func names(of object: hid_t) throws -> [String] {
    let list = AttributeNames()
    var position: hsize_t = 0
    let result = H5Aiterate2(
      object, H5_INDEX_NAME, H5_ITER_NATIVE, &position,
      { _, name, _, data in
        // Both come from libhdf5, the last from the call below.
        Unmanaged<AttributeNames>.fromOpaque(data!).takeUnretainedValue().add(name!) ? 0 : 1
      }, Unmanaged.passUnretained(list).toOpaque())
    try HDF5Library.check(result, "listing its attributes")
    if list.isTooMuch {
      throw DataError(
        .badData,
        "more than \(HDF5Limits.attributes) attributes, or one with a longer name than \(HDF5Limits.nameByteCount) bytes",
        advice: HDF5Advice.damaged)
    }
    return list.names.sortedByBytes()
  }

  private func add(_ name: UnsafePointer<CChar>) -> Bool {
    let length = strnlen(name, HDF5Limits.nameByteCount + 1)
    isTooMuch = names.count >= HDF5Limits.attributes || length > HDF5Limits.nameByteCount
    if isTooMuch { return false }
    // Nothing needed here has a name that is not UTF-8.
    if let text = String(validatingCString: name) { names.append(text) }
    return true
  }
}
