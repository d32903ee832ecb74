using System.Runtime.CompilerServices;

// Every P/Invoke here is blittable: no marshalling stub stands between us and the kernel.
[assembly: DisableRuntimeMarshalling]
