import Files
import Testing

@Suite("Random bits")
struct RandomBitsTests {
  @Test("SplitMix64 gives the published numbers for seed 1234567")
  func splitMix() {
    let states = (0..<5).map { 1_234_567 &+ UInt64($0) &* SplitMix64.increment }
    #expect(
      states.map { SplitMix64.next(after: $0) } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
  }
}
