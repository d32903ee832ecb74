using OciSharp.Runtime.State;

namespace OciSharp.Runtime.Tests.State;

/// <summary>Who holds a lock, in the words of /proc/locks (proc_locks(5)).</summary>
public sealed class LockHolderTests
{
    private const string Locks = """
        1: POSIX  ADVISORY  WRITE 11 00:18:4711 0 EOF
        2: FLOCK  ADVISORY  WRITE 22 00:18:14711 0 EOF
        3: FLOCK  ADVISORY  WRITE 33 00:18:4711 0 EOF
        3: -> FLOCK  ADVISORY  WRITE 44 00:18:815 0 EOF
        4: FLOCK  ADVISORY  WRITE 0 00:18:816 0 EOF
        5: FLOCK

        """;

    [TestCase(4711ul, 33, TestName = "The_one_of_that_file_and_kind_of_lock")]
    [TestCase(815ul, null, TestName = "Who_waits_does_not_hold_it")]
    [TestCase(816ul, null, TestName = "A_process_of_another_pid_namespace_has_no_pid")]
    [TestCase(1ul, null, TestName = "Nobody")]
    public void Holder(ulong inode, int? pid) => Assert.That(LockHolder.Find(Locks, inode), Is.EqualTo(pid));
}
