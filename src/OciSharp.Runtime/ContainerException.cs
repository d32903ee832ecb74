namespace OciSharp.Runtime;

/// <summary>
/// An operation on a container failed. The message says what was being done, to what, why, and what to do about it: lower case,
/// no full stop. Engines match parts of these texts; they are API.
/// </summary>
/// <param name="message">The message as it is logged and printed.</param>
/// <param name="inner">What made the operation fail.</param>
public sealed class ContainerException(string message, Exception? inner = null) : Exception(message, inner);
