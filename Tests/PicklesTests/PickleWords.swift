import Foundation
import Pickles

/// A value described in words, as tools/fixtures/pickles.py writes it.
enum PickleWords {
  static func of(_ value: PickleValue) throws -> String {
    switch value {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .double(let value): of(value)
    case .complex(let real, let imaginary): "c:\(of(real)),\(of(imaginary))"
    case .string(let text): try of(text)
    case .bytes(let bytes): "b:" + (try bytes.array()).map { hex(UInt64($0), digits: 2) }.joined()
    case .list(let elements): "[\(try elements.map { try of($0) }.joined(separator: ", "))]"
    case .tuple(let elements): "(\(try elements.map { try of($0) }.joined(separator: ", ")))"
    case .set(let elements): "<\(try elements.map { try of($0) }.sorted().joined(separator: ", "))>"
    case .dictionary(let dictionary):
      "{\(try dictionary.pairs.map { "\(try of($0.key)): \(try of($0.value))" }.joined(separator: ", "))}"
    case .array(let array):
      "array \(array.type.name) \(array.shape) [\(try elements(of: array).joined(separator: ", "))]"
    case .type(let type): "type \(type.name)"
    }
  }

  private static func elements(of array: PickledArray) throws -> [String] {
    switch array.type.kind {
    case .float: (try array.floats() ?? []).map { of(Double($0)) }
    case .bool: (try array.integers() ?? []).map { $0 == 0 ? "False" : "True" }
    case .signed, .unsigned: (try array.integers() ?? []).map { "\($0)" }
    case .bytes, .text: try (try array.texts() ?? []).map { try of($0) }
    case .object: try (array.objects ?? []).map { try of($0) }
    }
  }

  private static func of(_ value: Double) -> String { "f:" + hex(value.bitPattern, digits: 16) }

  private static func of(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }

  private static func hex(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}
