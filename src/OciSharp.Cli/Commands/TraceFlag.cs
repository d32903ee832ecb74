using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Commands;

/// <summary><c>--trace</c>, which several commands have.</summary>
internal static class TraceFlag
{
    /// <summary>The flag of one command.</summary>
    public static TextFlag New() => new("trace", "the file to write the times of all steps to, for \"ocisharp trace\" and Perfetto") { Takes = "FILE" };
}
