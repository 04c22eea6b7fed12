import ArrayFiles
import Text

/// Reads Python's pickles without running them.
///
/// A pickle is a program, and opening it in Python can run any other. Here only those of its instructions are carried out that
/// build data: numbers, texts, bytes, lists, tuples, dictionaries, sets and NumPy arrays. Anything else is refused with its name
/// and its place, and nothing is ever imported or called.
public enum Pickle {
  /// How deep values may be nested.
  public static let depthLimit = 100

  /// Reads a file of protocol 0 to 5. Large arrays are left in it until they are asked for.
  ///
  /// - Throws: `DataError` 65 with the place when it holds anything but data, is damaged or cut off, or says the same part so
  ///   often that no walk over it would end; 66 when it does not exist; 71 or 74 when it cannot be read.
  public static func read(_ path: String) throws -> PickleValue {
    do {
      return try PickleMachine.run(PickleSource(path: path), origin: 0)
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  /// Reads a pickle in memory.
  ///
  /// - Throws: `DataError` 65 without a file name, as for a file.
  public static func read(_ bytes: [UInt8]) throws -> PickleValue {
    try PickleMachine.run(PickleSource(bytes[...]), origin: 0)
  }

  /// Reads a .npy file whose array holds objects: NumPy writes them as a pickle behind the header.
  ///
  /// - Throws: `DataError` 65 without a file name: as for a file; also when it is no .npy file, or one whose array does not hold
  ///   objects.
  public static func readObjects(npy bytes: [UInt8]) throws -> PickledArray {
    let start = try NpyArray.objectStart(in: bytes)
    guard case .array(let array) = try PickleMachine.run(PickleSource(bytes[start...]), origin: start),
      array.objects != nil
    else {
      throw DataError(
        .badData, "its pickle is not an array of objects", expected: "one, as numpy.save writes it",
        advice: "Write it again with numpy.save.")
    }
    return array
  }
}
