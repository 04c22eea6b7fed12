import Options
import Testing

@testable import Corpora

@Suite("Classes of IEMOCAP's categories")
struct EmotionClassesTests {
  @Test("the two usual sets can be written out, in any order of merged categories")
  func usual() throws {
    #expect(try EmotionClasses("ang,hap+exc,neu,sad") == .four)
    #expect(try EmotionClasses("ang, hap = exc + hap, neu, sad") == .four)
    #expect(try EmotionClasses("ang,exc,fru,hap,neu,sad") == .six)
    // A column of another name, or in another place, is another set.
    #expect(try EmotionClasses("ang,exc+hap,neu,sad").usualName == nil)
    #expect(try EmotionClasses("hap+exc,ang,sad,neu").usualName == nil)
  }

  @Test(
    "classes survive their record",
    arguments: ["hap+exc,ang,sad,neu", "happy=hap+exc,upset=ang+fru+dis,neu", "exc+hap,neu", "oth,sur"])
  func record(text: String) throws {
    let classes = try EmotionClasses(text)
    #expect(EmotionClasses(optionRecord: classes.optionRecord) == classes)
  }

  @Test(
    "what is no set of classes is refused with its reason",
    arguments: [
      ("hap", "is the single class hap"), ("hap+exc", "is the single class"), ("", "empty place"),
      ("hap,,sad", "empty place"), ("hap+,sad", "empty place"), ("hap,joy", "names joy, which is no category"),
      ("hap,HAP", "names HAP"), ("hap,xxx", "without a majority"), ("hap,sad,hap", "names two classes hap"),
      ("hap+exc,exc", "names exc twice"), ("hap+hap,sad", "names hap twice"), ("a=hap,a=sad", "names two classes a"),
      ("=hap,sad", "calls a class \"\""), ("valence=hap,sad", "calls a class \"valence\""),
      ("A b=hap,sad", "calls a class"), ("a=b=hap,sad", "names b=hap"), ("none=neu,sad", "calls a class"),
    ])
  func refusal(text: String, reason: String) {
    let fault = #expect(throws: OptionFault.self) { try EmotionClasses(text) }
    #expect(fault?.finding.contains(reason) == true, "\(String(describing: fault))")
  }
}
