import CHDF5

/// How libhdf5 describes the elements of a dataset.
struct StoredType {
  /// The type that the index gives: the stored one, or the one it is converted to.
  let type: HDF5Type
  /// Whether only libhdf5 can read the stored form.
  let needsConversion: Bool

  /// Classifies a type.
  init(of handle: borrowing HDF5Handle) throws {
    let size = H5Tget_size(handle.id)
    switch H5Tget_class(handle.id) {
    case H5T_FLOAT: self = Self.float(handle, size: size)
    case H5T_INTEGER: self = Self.integer(handle, size: size)
    case H5T_STRING:
      if H5Tis_variable_str(handle.id) > 0 {
        self.init(type: .variableString, needsConversion: true)
      } else {
        // Trailing blanks of a padded string are not part of it: libhdf5 removes them.
        self.init(type: .string(byteCount: size), needsConversion: H5Tget_strpad(handle.id) == H5T_STR_SPACEPAD)
      }
    case H5T_COMPOUND: self.init(type: .other("compound"), needsConversion: true)
    case H5T_ENUM: self.init(type: .other("enumeration"), needsConversion: true)
    case H5T_ARRAY: self.init(type: .other("array"), needsConversion: true)
    case H5T_VLEN: self.init(type: .other("variable-length array"), needsConversion: true)
    case H5T_REFERENCE: self.init(type: .other("reference"), needsConversion: true)
    case H5T_OPAQUE: self.init(type: .other("opaque bytes"), needsConversion: true)
    case H5T_BITFIELD: self.init(type: .other("bit field"), needsConversion: true)
    case H5T_TIME: self.init(type: .other("time"), needsConversion: true)
    default: throw HDF5Library.failure("reading its type")
    }
  }

  private init(type: HDF5Type, needsConversion: Bool) {
    self.type = type
    self.needsConversion = needsConversion
  }

  /// Whatever is not plain becomes float64, which holds every float and nearly every integer that occurs in features.
  private static let converted = StoredType(type: .number(.float64, isBigEndian: false), needsConversion: true)

  private static func float(_ handle: borrowing HDF5Handle, size: Int) -> StoredType {
    var sign = 0
    var exponentAt = 0
    var exponentBits = 0
    var fractionAt = 0
    var fractionBits = 0
    guard H5Tget_fields(handle.id, &sign, &exponentAt, &exponentBits, &fractionAt, &fractionBits) >= 0,
      size <= 16, exponentBits <= 15, sign < 8 * size, isWithin(exponentAt, exponentBits, size),
      isWithin(fractionAt, fractionBits, size),
      isWithin(Int(H5Tget_offset(handle.id)), H5Tget_precision(handle.id), size)
    else { return StoredType(type: .other("float of \(size) bytes"), needsConversion: true) }
    guard let order = plainOrder(handle, size: size), fractionAt == 0, exponentAt == fractionBits,
      sign == exponentAt + exponentBits, sign == 8 * size - 1, H5Tget_norm(handle.id) == H5T_NORM_IMPLIED,
      H5Tget_ebias(handle.id) == 1 << (exponentBits - 1) - 1
    else { return converted }
    switch (size, fractionBits) {
    case (2, 10): return StoredType(type: .number(.float16, isBigEndian: order), needsConversion: false)
    case (4, 23): return StoredType(type: .number(.float32, isBigEndian: order), needsConversion: false)
    case (8, 52): return StoredType(type: .number(.float64, isBigEndian: order), needsConversion: false)
    default: return converted
    }
  }

  private static func integer(_ handle: borrowing HDF5Handle, size: Int) -> StoredType {
    guard size <= 8, isWithin(Int(H5Tget_offset(handle.id)), H5Tget_precision(handle.id), size) else {
      return StoredType(type: .other("integer of \(size) bytes"), needsConversion: true)
    }
    guard let order = plainOrder(handle, size: size) else { return converted }
    let isSigned: Bool
    switch H5Tget_sign(handle.id) {
    case H5T_SGN_2: isSigned = true
    case H5T_SGN_NONE: isSigned = false
    default: return converted
    }
    let number: HDF5Number
    switch size {
    case 1: number = isSigned ? .int8 : .uint8
    case 2: number = isSigned ? .int16 : .uint16
    case 4: number = isSigned ? .int32 : .uint32
    case 8: number = isSigned ? .int64 : .uint64
    default: return converted
    }
    return StoredType(type: .number(number, isBigEndian: order && size > 1), needsConversion: false)
  }

  /// Whether a bit field lies inside a value. libhdf5 1.10 does not check and overwrites its own stack.
  private static func isWithin(_ start: Int, _ count: Int, _ byteCount: Int) -> Bool {
    start >= 0 && count > 0 && start <= 8 * byteCount && count <= 8 * byteCount - start
  }

  /// Whether the bytes are in big-endian order; nil if bits are left over or the order is neither.
  private static func plainOrder(_ handle: borrowing HDF5Handle, size: Int) -> Bool? {
    guard H5Tget_precision(handle.id) == 8 * size, H5Tget_offset(handle.id) == 0 else { return nil }
    switch H5Tget_order(handle.id) {
    case H5T_ORDER_LE: return false
    case H5T_ORDER_BE: return true
    default: return nil
    }
  }
}
