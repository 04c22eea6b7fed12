import Foundation

/// eˣ by the C library, rounded to float32.
@inline(__always)
public func exponential(_ x: Float) -> Float { expf(x) }

/// The natural logarithm by the C library, rounded to float32.
@inline(__always)
public func logarithm(_ x: Float) -> Float { logf(x) }

/// eˣ by the C library.
@inline(__always)
public func exponential(_ x: Double) -> Double { exp(x) }

/// The natural logarithm by the C library.
@inline(__always)
public func logarithm(_ x: Double) -> Double { log(x) }

/// The sine of an angle in radians by the C library.
@inline(__always)
public func sine(_ x: Double) -> Double { sin(x) }

/// The cosine of an angle in radians by the C library.
@inline(__always)
public func cosine(_ x: Double) -> Double { cos(x) }
