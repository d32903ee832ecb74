using OciSharp.Linux;
using OciSharp.Runtime.Explain;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>What a command would do, for people to read. Nothing is done, and no privileges are needed.</summary>
    /// <param name="context">The global options.</param>
    /// <param name="options">Those of <c>explain</c>.</param>
    /// <param name="verbose">With the system calls.</param>
    /// <param name="colour">With the colours of a terminal.</param>
    /// <exception cref="ContainerException">The configuration cannot be used: what the command itself would say.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static string ExplainAsText(RuntimeContext context, ExplainOptions options, bool verbose, bool colour) =>
        TextFormat.Write(Explainer.Explain(context, options), verbose, colour);

    /// <summary>As <see cref="ExplainAsText"/>, as JSON for programs.</summary>
    /// <inheritdoc cref="ExplainAsText"/>
    public static string ExplainAsJson(RuntimeContext context, ExplainOptions options) => JsonFormat.Write(Explainer.Explain(context, options));

    /// <summary>As <see cref="ExplainAsText"/>, as a script for a shell.</summary>
    /// <inheritdoc cref="ExplainAsText"/>
    public static string ExplainAsShell(RuntimeContext context, ExplainOptions options) => ShellFormat.Write(Explainer.Explain(context, options));

    /// <summary>As <see cref="ExplainAsText"/>, as a page for a browser.</summary>
    /// <inheritdoc cref="ExplainAsText"/>
    public static string ExplainAsHtml(RuntimeContext context, ExplainOptions options) => HtmlFormat.Write(Explainer.Explain(context, options));
}
