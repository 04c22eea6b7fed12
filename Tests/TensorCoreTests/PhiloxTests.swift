import TensorCore
import Testing

@Test("Philox gives the published known answers (Random123, kat_vectors, philox4x32 10 rounds)")
func philoxKnownAnswers() {
  let zero = Philox(seed: 0).block(0, 0, 0, 0)
  #expect([zero.0, zero.1, zero.2, zero.3] == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
  let ones = Philox(seed: .max).block(.max, .max, .max, .max)
  #expect([ones.0, ones.1, ones.2, ones.3] == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
  let digits = Philox(seed: 0x299f_31d0_a409_3822).block(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344)
  #expect([digits.0, digits.1, digits.2, digits.3] == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
}

@Test("filled words depend only on their positions")
func philoxFill() {
  let generator = Philox(seed: 7)
  var words = [UInt32](repeating: 0, count: 40)
  generator.fill(&words, blockCount: 10, first: 5, stream: 3, step: 1 << 40)
  for (index, word) in words.enumerated() {
    #expect(word == generator.word(at: 20 + index, stream: 3, step: 1 << 40))
  }
}
