namespace OciSharp.Architecture.Tests;

/// <summary>The machine code of the published executable keeps the contract of the child side (docs/architecture.md, Rules).</summary>
[TestFixture]
public sealed class ChildSideTests
{
    private NativeListing listing = null!;

    [OneTimeSetUp]
    public void Disassemble()
    {
        if (!File.Exists(Repository.Binary) || !File.Exists(Repository.Binary + ".dbg"))
            Assert.Ignore($"{Repository.Binary} and its .dbg are not built: make build");
        if (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture is not System.Runtime.InteropServices.Architecture.X64)
            Assert.Ignore($"reads x86-64 machine code, and this is {System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture}");
        listing = NativeListing.Of(Repository.Binary);
    }

    [Test]
    public void Nothing_that_needs_a_runtime_is_reachable_from_the_child_side()
    {
        NativeListing.Function[] roots = [.. listing.Functions.Where(function => function.Names.Any(ChildSideRules.IsChildSide))];
        Assert.That(roots, Is.Not.Empty);
        Assert.That(ChildSideRules.Offences(listing, roots), Is.Empty);
    }

    /// <summary>The C library's start calls or names each of them: no instruction of .NET's comes before ours.</summary>
    [TestCase("_start", "__wrap___libc_start_main")]
    [TestCase("_start", "__wrap_main")]
    [TestCase("__libc_start_init", "__wrap__init")]
    public void The_start_is_ours(string caller, string function)
    {
        NativeListing.Function ours = listing.Functions.Single(each => each.Names.Contains(function));
        Assert.That(ours.Names, Has.Some.Matches<string>(ChildSideRules.IsChildSide));
        NativeListing.Function start = listing.Functions.Single(each => each.Names.Contains(caller));
        IEnumerable<NativeListing.Function> called = listing.Functions.Where(each => start.Instructions.Any(i => i.GoesTo(each.Address)));
        Assert.That(called.Append(start).SelectMany(each => each.Instructions).Select(i => i.ToString()), Has.Some.Contains($"{ours.Address:x}"));
    }

    /// <summary>.NET draws the value of the stack cookie when it starts: a frame that is older must not compare it.</summary>
    [TestCase("__wrap___libc_start_main")]
    [TestCase("__wrap_main")]
    public void A_frame_that_is_older_than_the_runtime_has_no_stack_cookie(string function)
    {
        NativeListing.Function ours = listing.Functions.Single(each => each.Names.Contains(function));
        NativeListing.Function fail = listing.Functions.Single(each => each.Names.Contains("RhpFallbackFailFast"));
        Assert.That(ours.Instructions.Any(instruction => instruction.GoesTo(fail.Address)), Is.False);
    }

    /// <summary>What a later .NET names differently would not be replaced any more, and nobody would notice but the clock.</summary>
    [TestCase("fopen64")]
    [TestCase("madvise")]
    [TestCase("minipal_get_non_cryptographically_secure_random_bytes")]
    [TestCase("minipal_getcpufeatures")]
    [TestCase("_Z24PalGetMaximumStackBoundsPPvS0_")]
    [TestCase("_Z23PalStartFinalizerThreadPFjPvES_")]
    [TestCase("_Z21NUMASupportInitializev")]
    [TestCase("statfs64")]
    [TestCase("malloc")]
    [TestCase("calloc")]
    [TestCase("realloc")]
    [TestCase("free")]
    [TestCase("RhAllocateNewObject")]
    [TestCase("_ZN15GCToOSInterface14VirtualReserveEmmjt")]
    [TestCase("_ZN15GCToOSInterface13VirtualCommitEPvmt")]
    [TestCase("_ZN15GCToOSInterface15VirtualDecommitEPvm")]
    public void Start_up_calls_ours_in_place_of(string function)
    {
        NativeListing.Function ours = listing.Functions.Single(each => each.Names.Contains("__wrap_" + function));
        IEnumerable<string> callers = listing.Functions
            .Where(each => each.Instructions.Any(instruction => instruction.GoesTo(ours.Address)))
            .Select(each => each.Name);
        Assert.That(callers, Is.Not.Empty);
    }

    /// <summary>A name of launch.order that is out of date is passed over, and what a launch calls lies apart again, which only the clock would show.</summary>
    [Test]
    public void The_order_of_the_functions_is_of_this_executable()
    {
        HashSet<string> known = [.. listing.Functions.SelectMany(function => function.Names)];
        string[] order = File.ReadAllLines(Path.Combine(Repository.Root, "src/OciSharp.Cli/launch.order"));
        string[] gone = [.. order.Where(name => !known.Contains(name))];
        Assert.That(gone, Has.Length.LessThan(order.Length / 10), $"make it anew with bench/launch-order.cs: {string.Join(", ", gone.Take(10))}, ...");
    }

    /// <summary>The same walk from ordinary managed code, to see that it sees.</summary>
    [Test]
    public void The_walk_finds_what_ordinary_code_does()
    {
        NativeListing.Function ordinary = listing.Functions.First(function => function.Name.StartsWith("String__Concat", StringComparison.Ordinal));
        Assert.That(ChildSideRules.Offences(listing, [ordinary]), Has.Some.Contains("allocates"));
    }
}
