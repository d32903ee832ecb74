namespace OciSharp.Cli.CommandLine;

/// <summary>
/// A command: its definition, from which the parser, the help and the documentation are made, and what it does. One is built per
/// process, the one that was asked for; its flags hold what they were set to.
/// </summary>
internal abstract class Command
{
    /// <summary>The word on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one line: lower case, no full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>The arguments as the usage line shows them, or the empty string.</summary>
    public virtual string Arguments => "";

    /// <summary>What a user has to know, in lines of at most 100 characters, or null.</summary>
    public virtual string? Description => null;

    /// <summary>Command lines to copy, with comments, or null.</summary>
    public virtual string? Examples => null;

    /// <summary>What the exit code tells, where it is not just 0 or <see cref="FailureCode"/>.</summary>
    public virtual string? ExitStatus => null;

    /// <summary>
    /// What the arguments are, one word for each, as in <see cref="Flag.Takes"/>; for completion CONTAINER is the id of one that there is, and COMMAND one of ours.
    /// </summary>
    public virtual string ArgumentsTake => "";

    /// <summary>The flags in the order of the help.</summary>
    public virtual Flag[] Flags => [];

    /// <summary>The smallest number of arguments.</summary>
    public virtual int MinArguments => 0;

    /// <summary>The greatest number of arguments.</summary>
    public virtual int MaxArguments => MinArguments;

    /// <summary>Whether all that follows the first argument is an argument, so that it can be the command line of another program.</summary>
    public virtual bool FlagsEndAtFirstArgument => false;

    /// <summary>The exit code of the process when the command fails.</summary>
    public virtual int FailureCode => 1;

    /// <summary>Whether <c>--help</c> or <c>-h</c> was given.</summary>
    public Switch Help { get; } = new("help", "show help", 'h');

    /// <summary>Does it.</summary>
    /// <param name="session">The global flags, parsed, and what comes from them.</param>
    /// <param name="arguments">The arguments; their number was checked.</param>
    /// <returns>The exit code of the process.</returns>
    public abstract int Run(Session session, IReadOnlyList<string> arguments);
}
