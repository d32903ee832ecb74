namespace OciSharp.Spec;

/// <summary>Rules of reading: whatever the document describes. A value that breaks one of them is not in the model.</summary>
internal static class DocumentRules
{
    private const string Json = "RFC 8259";

    public static Rule TooLarge => Rule.Error("OCI1001", Json, "make it smaller");

    public static Rule NotUtf8 => Rule.Error("OCI1002", Json, "save the document as UTF-8");

    public static Rule Malformed => Rule.Error("OCI1003", Json, "correct the JSON there");

    public static Rule TooDeep => Rule.Error("OCI1004", Json, "nest less deeply");

    public static Rule Duplicate => Rule.Error("OCI1005", Json, "keep one of them: readers disagree on which one counts");

    public static Rule WrongType => Rule.Error("OCI1006", null, "write a value of that type, or leave the property out");

    public static Rule OutOfRange => Rule.Error("OCI1007", null, "write a whole number in that range, without fraction and exponent");

    public static Rule Missing => Rule.Error("OCI1008", null, "add it");

    public static Rule Assumed => Rule.Warning("OCI1009", null, "write it down");

    public static Rule NulByte => Rule.Error("OCI1010", null, "remove \\u0000: the kernel ends a string there");
}
