import Foundation

extension String {
  /// Text in ISO 8859-1, where each byte is the scalar of the same number.
  init(latin1 bytes: UnsafeBufferPointer<UInt8>) {
    var scalars = String.UnicodeScalarView()
    for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
    self.init(scalars)
  }

  /// A line that somebody wrote: UTF-8 where it is valid, else ISO 8859-1, in composed characters.
  ///
  /// A line in ISO 8859-1 with a letter beyond ASCII is practically never valid UTF-8. Lines are told apart one by one, so a
  /// file that was edited with another program keeps both its kinds.
  init(utf8OrLatin1 bytes: UnsafeBufferPointer<UInt8>) {
    self = (String(validating: bytes, as: UTF8.self) ?? String(latin1: bytes)).composed
  }

  /// In Unicode's normal form C, which does not change between versions of Unicode; what word vectors are spelled in.
  var composed: String { utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCanonicalMapping }

  /// In normal form D.
  var decomposed: String { utf8.allSatisfy { $0 < 0x80 } ? self : decomposedStringWithCanonicalMapping }
}
