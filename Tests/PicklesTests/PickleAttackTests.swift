import Files
import Foundation
import Pickles
import TestSupport
import Testing
import Text

@Suite("Pickle attacks")
struct PickleAttackTests {
  /// A file of fixtures/pickles/attacks and the text of its refusal.
  private static let attacks: [(name: String, message: String)] = [
    ("global-reduce", "byte 0: GLOBAL names posix.system, which is not data"),
    ("stack-global", "byte 14: STACK_GLOBAL names os.system"),
    ("inst", "INST of posix.system makes something that is not data"), ("obj", "OBJ makes something that is not data"),
    ("newobj-ex", "NEWOBJ_EX makes something that is not data"), ("newobj", "byte 2: GLOBAL names subprocess.Popen"),
    ("ext1", "byte 2: EXT1"), ("ext2", "byte 2: EXT2"), ("ext4", "byte 2: EXT4"), ("persid", "byte 0: PERSID"),
    ("binpersid", "byte 5: BINPERSID"), ("next-buffer", "NEXT_BUFFER"), ("readonly-buffer", "READONLY_BUFFER"),
    ("nested", "names pickle.loads"), ("getattr", "names builtins.getattr"), ("eval", "names __builtin__.eval"),
    ("dunder", "names builtins.list.__subclasses__"), ("numpy-load", "names numpy.load"),
    ("numpy-exec", "names numpy.testing._private.utils.runstring"), ("matrix", "names numpy.matrix"),
    ("torch", "names torch._utils._rebuild_tensor_v2"), ("pandas", "names pandas.core.frame.DataFrame"),
    ("ndarray-called", "REDUCE calls ndarray with arguments"),
    ("factory", "REDUCE calls defaultdict with arguments"),
    ("class-as-value", "holds the class or function list"),
    ("build-list", "BUILD fills something that is neither an array"),
    ("laughs", "repeats its parts so often"), ("deep", "nested deeper than 100"),
    ("deep-tuples", "nested deeper than 100"), ("chain", "nested deeper than 100"), ("ring", "a value holds itself"),
    ("memo-far", "LONG_BINGET asks for 2147483647"), ("copies", "copies the same items again and again"),
    ("length-binunicode8", "BINUNICODE8 has a length of 18446744073709551615"),
    ("length-binbytes8", "BINBYTES8 is cut off: 1 of 17,592,186,044,416 bytes are there"),
    ("length-bytearray8", "BYTEARRAY8 is cut off"), ("length-long4", "LONG4 is cut off: 1 of 2,147,483,647 bytes"),
    ("negative-long4", "LONG4 has a length of -1"), ("negative-binstring", "BINSTRING has a length of -1"),
    ("long-number", "LONG1 has a whole number of 9 bytes"), ("long-line", "LONG has the number 9999"),
    ("frame", "byte 2: FRAME is cut off: 2 of 65,535 bytes are there"), ("protocol-6", "protocol 6, expected 0 to 5"),
    ("no-opcode", "byte 2: 0xff is not a pickle instruction"), ("no-mark", "TUPLE finds no mark"),
    ("no-stack", "TUPLE1 finds too little"), ("under-mark", "TUPLE1 finds too little"),
    ("odd-dictionary", "DICT has a key without a value"), ("trailing", "2 bytes follow the pickle's end"),
    ("empty-stop", "STOP finds too little"), ("lone-surrogate", "a string is not UTF-8"),
    ("fields", "an array has the type V8"), ("named-fields", "a type with fields or metadata"),
    ("metadata", "a type with fields or metadata"), ("times", "an array has the type M8"),
    ("bytes-as-objects", "an array of object has no values"),
    ("shape-overflow", "an array has the shape [4611686018427387904, 8]"),
    ("shape-negative", "an array has the shape [-1]"), ("shape-of-nothing", "an array has the shape [0, 2147483647]"),
    ("shape-axes", "an array has the shape"), ("shape-wrong", "has 8 bytes of values, expected 12"),
    ("wide-texts", "an array has the type S999999999"), ("unfilled", "an array has no contents"),
    ("cut-off", "are there"), ("cut-off-bytes", "byte 2: BINBYTES is cut off: 1,000 of 4,096 bytes are there"),
  ]

  @Test("an attack is refused with what it tries and where, and nothing is run", arguments: attacks)
  func refused(_ name: String, _ message: String) throws {
    let path = fixture("pickles/attacks/\(name).pkl")
    let error = #expect(throws: DataError.self) { try Pickle.read(path) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "no error")")
    #expect(error?.description.hasPrefix(path) == true)
    #expect(error?.description.contains("\n") == false)
    #expect(!FileManager.default.fileExists(atPath: "/tmp/attacked"))
  }

  @Test("every attack file is listed")
  func complete() throws {
    let files = try Folder.names(in: fixture("pickles/attacks")).map { String($0.dropLast(4)) }.sorted()
    #expect(files == Self.attacks.map(\.name).sorted())
  }

  @Test("a pickle truncated at any byte is refused")
  func cutOff() throws {
    for name in ["plain-0", "plain-2", "arrays-2", "arrays-5"] {
      let bytes = try InputFile.contents(of: fixture("pickles/\(name).pkl"), limit: 1 << 20)
      for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 500)) {
        let error = #expect(throws: DataError.self) { try Pickle.read(Array(bytes[..<length])) }
        #expect(error?.code == .badData)
      }
    }
  }
}
