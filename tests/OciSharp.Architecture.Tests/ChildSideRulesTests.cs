namespace OciSharp.Architecture.Tests;

/// <summary>The rules find each kind of offence in a listing that was written by hand.</summary>
[TestFixture]
public sealed class ChildSideRulesTests
{
    private const string Symbols = """
        0000000000001000 t OciSharp_Init_OciSharp_Init_Child_Mounts__Bind
        0000000000001100 t OciSharp_Linux_OciSharp_Linux_RawSyscall__Call
        0000000000001200 t S_P_CoreLib_System_String__Concat
        0000000000001300 t S_P_CoreLib_System_ThrowHelper__ThrowArgumentNullException
        0000000000002000 t syscall
        0000000000002100 t RhpNewFast
        0000000000002200 t __GetGCStaticBase_OciSharp_Init_OciSharp_Init_Child_Mounts
        0000000000002300 t RhpAssignRef
        0000000000002400 t RhpPInvoke
        0000000000002500 t malloc
        0000000000002600 t main
        0000000000002700 b _lsda0OciSharp_Init_OciSharp_Init_Child_Mounts__Bind
        """;

    [TestCase("call   1100 <x>", null)]
    [TestCase("call   2000 <x>", null)]
    [TestCase("jne    1001 <x>", null)]
    [TestCase("ret", null)]
    [TestCase("call   2100 <x>", "allocates: RhpNewFast")]
    [TestCase("call   1200 <x>", "allocates: RhpNewFast")]
    [TestCase("jmp    1300 <x>", "throws: S_P_CoreLib_System_ThrowHelper__ThrowArgumentNullException")]
    [TestCase("call   2200 <x>", "checks a static constructor: __GetGCStaticBase_OciSharp_Init_OciSharp_Init_Child_Mounts")]
    [TestCase("call   2300 <x>", "writes a reference into the heap: RhpAssignRef")]
    [TestCase("call   2400 <x>", "leaves managed code through a transition frame: RhpPInvoke")]
    [TestCase("addr32 call 2500 <x>", "calls native code: malloc")]
    [TestCase("call   2600 <x>", "calls native code: main")]
    [TestCase("call   *0x38(%rax)", "calls through a pointer")]
    [TestCase("call   *%rax", "calls through a pointer")]
    [TestCase("jmp    *%rax", "calls through a pointer")]
    [TestCase("mov    %fs:0x10,%rax", "uses thread-local storage")]
    public void One_instruction(string instruction, string? offence)
    {
        IReadOnlyList<string> found = Offences($"    1000:\t{instruction}\n    1100:\tcall   2000 <x>\n    1200:\tcall   2100 <x>\n");
        Assert.That(found, offence is null ? Is.Empty : Has.One.Contains(offence));
    }

    [Test]
    public void A_jump_table_is_no_call() =>
        Assert.That(Offences("    1000:\tadd    %rsi,%rcx\n    1003:\tjmp    *%rcx\n"), Is.Empty);

    [Test]
    public void An_offence_is_told_with_the_way_to_it() =>
        Assert.That(Offences("    1000:\tcall   1100 <x>\n    1100:\tcall   2100 <x>\n"), Has.One.StartsWith(
            "OciSharp_Init_OciSharp_Init_Child_Mounts__Bind > OciSharp_Linux_OciSharp_Linux_RawSyscall__Call: allocates: RhpNewFast"));

    [TestCase("OciSharp_Init_OciSharp_Init_Child_Mounts__Bind", true)]
    [TestCase("OciSharp_Init_OciSharp_Init_Entry__Main", true)]
    [TestCase("OciSharp_Init_OciSharp_Init_Plan_PlanBuilder__Add", false)]
    [TestCase("OciSharp_Runtime_OciSharp_Runtime_Launch__Run", false)]
    public void The_child_side_is_all_of_Init_but_the_plan(string symbol, bool expected) =>
        Assert.That(ChildSideRules.IsChildSide(symbol), Is.EqualTo(expected));

    private static IReadOnlyList<string> Offences(string disassembly)
    {
        NativeListing listing = new(Symbols, disassembly);
        return ChildSideRules.Offences(listing, listing.Functions.Where(function => function.Names.Any(ChildSideRules.IsChildSide)));
    }
}
