import Corpora
import Digests
import Leaks

/// The words of a sentence as they are compared: in small letters and without signs. A character of a script that sets no
/// blanks between words is a word.
struct SentenceWords: Sendable {
  /// A fingerprint a word, in their order.
  let hashes: [UInt64]

  /// How many words it has.
  var count: Int { hashes.count }

  /// The words of a text; none where it is nil.
  init(_ text: String?) {
    var hashes: [UInt64] = []
    var word: [UInt8] = []
    func end() {
      if !word.isEmpty { hashes.append(FNV1a.hash(word)) }
      word.removeAll(keepingCapacity: true)
    }
    for scalar in (text ?? "").unicodeScalars {
      if scalar.isASCII {
        let byte = UInt8(truncatingIfNeeded: scalar.value)
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): word.append(byte)
        // `don't` is one word, however its apostrophe is written.
        case UInt8(ascii: "'"): continue
        default: end()
        }
      } else if Self.standsAlone(scalar) {
        end()
        word.append(contentsOf: String(scalar).utf8)
        end()
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        word.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      } else if scalar != "\u{2019}" {
        end()
      }
    }
    end()
    self.hashes = hashes
  }

  /// Kana and Han characters.
  private static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3005...0x3007, 0x3040...0x30ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff, 0x20000...0x3134f: true
    default: false
    }
  }

  /// Equal for sentences of the same words.
  var digest: ContentDigest { hashes.withUnsafeBytes { ContentDigest(of: $0) } }
}

extension AuditedSample {
  /// Whether what is said was read aloud or learnt by heart, as far as a name tells: then others say it too.
  var isScripted: Bool {
    script != nil || dialog.map { CorpusRegistry.shipped.corpus(scripting: $0) != nil } ?? false
  }
}
