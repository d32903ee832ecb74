#!/bin/sh
# A process in the container of /fixtures/docker.json, by hand. Written by ocisharp explain --for
# exec --format sh; run it as root: sh FILE PID, with the pid of the container's first process.
# Left out, as the tools of the host cannot be reached from inside: capabilities, no_new_privs,
# seccomp, limits and labels: the process has those of who runs this, so give it no program of the
# container that you do not trust. ocisharp exec sets them.
set -eu
pid=$1

# 8. join the container's namespaces: mount, pid, network, ipc, uts, cgroup

# 19. enter the working directory: / ($.process.cwd)

# 20. become the user: 0, group 0, further groups 0, 10 ($.process.user)
# Left out: the groups 0, 10, which nsenter cannot set.

# 23. set the umask: 0022 ($.process.user.umask)
umask 0022

# 31. execute the program: ["/bin/sh"] ($.process.args)
exec env -i -- 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' 'HOSTNAME=4c01db0b339c' 'TERM=xterm' "$(command -v nsenter)" --target "$pid" --mount --pid --net --ipc --uts --cgroup --setuid 0 --setgid 0 --wdns=/ -- /bin/sh
