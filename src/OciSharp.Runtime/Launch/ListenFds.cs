namespace OciSharp.Runtime.Launch;

/// <summary>Descriptors that systemd handed us for the container (sd_listen_fds(3)).</summary>
internal static class ListenFds
{
    /// <summary>How many follow stdio: LISTEN_FDS, if it was meant for us.</summary>
    public static int Count =>
        int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), out int count) && count > 0 ? count : 0;
}
