namespace OciSharp.Spec;

public static partial class ConfigWriter
{
    private static void WriteResources(JsonWriter json, LinuxResources resources)
    {
        json.Property("devices"u8, resources.Devices, WriteDeviceRule);
        json.Property("memory"u8, resources.Memory, WriteMemory);
        json.Property("cpu"u8, resources.Cpu, WriteCpu);
        json.Property("pids"u8, resources.Pids, WritePids);
        json.Property("blockIO"u8, resources.BlockIo, WriteBlockIo);
        json.Property("hugepageLimits"u8, resources.HugepageLimits, WriteHugepageLimit);
        json.Property("network"u8, resources.Network, WriteNetwork);
        json.Property("rdma"u8, resources.Rdma, WriteRdma);
        json.Property("unified"u8, resources.Unified);
    }

    private static void WriteDeviceRule(JsonWriter json, LinuxDeviceCgroup deviceCgroup)
    {
        json.Property("allow"u8, deviceCgroup.Allow);
        json.Property("type"u8, deviceCgroup.Type);
        json.Property("major"u8, deviceCgroup.Major);
        json.Property("minor"u8, deviceCgroup.Minor);
        json.Property("access"u8, deviceCgroup.Access);
    }

    private static void WriteMemory(JsonWriter json, LinuxMemory memory)
    {
        json.Property("limit"u8, memory.Limit);
        json.Property("reservation"u8, memory.Reservation);
        json.Property("swap"u8, memory.Swap);
        json.Property("kernel"u8, memory.Kernel);
        json.Property("kernelTCP"u8, memory.KernelTcp);
        json.Property("swappiness"u8, memory.Swappiness);
        json.Property("disableOOMKiller"u8, memory.DisableOomKiller);
        json.Property("useHierarchy"u8, memory.UseHierarchy);
        json.Property("checkBeforeUpdate"u8, memory.CheckBeforeUpdate);
    }

    private static void WriteCpu(JsonWriter json, LinuxCpu cpu)
    {
        json.Property("shares"u8, cpu.Shares);
        json.Property("quota"u8, cpu.Quota);
        json.Property("burst"u8, cpu.Burst);
        json.Property("period"u8, cpu.Period);
        json.Property("realtimeRuntime"u8, cpu.RealtimeRuntime);
        json.Property("realtimePeriod"u8, cpu.RealtimePeriod);
        json.Property("cpus"u8, cpu.Cpus);
        json.Property("mems"u8, cpu.Mems);
        json.Property("idle"u8, cpu.Idle);
    }

    private static void WritePids(JsonWriter json, LinuxPids pids)
    {
        json.Property("limit"u8, pids.Limit);
    }

    private static void WriteHugepageLimit(JsonWriter json, LinuxHugepageLimit hugepageLimit)
    {
        json.Property("pageSize"u8, hugepageLimit.PageSize);
        json.Property("limit"u8, hugepageLimit.Limit);
    }

    private static void WriteNetwork(JsonWriter json, LinuxNetwork network)
    {
        json.Property("classID"u8, network.ClassId);
        json.Property("priorities"u8, network.Priorities, WriteInterfacePriority);
    }

    private static void WriteInterfacePriority(JsonWriter json, LinuxInterfacePriority interfacePriority)
    {
        json.Property("name"u8, interfacePriority.Name);
        json.Property("priority"u8, interfacePriority.Priority);
    }

    private static void WriteRdma(JsonWriter json, LinuxRdma rdma)
    {
        json.Property("hcaHandles"u8, rdma.HcaHandles);
        json.Property("hcaObjects"u8, rdma.HcaObjects);
    }

    private static void WriteBlockIo(JsonWriter json, LinuxBlockIo blockIo)
    {
        json.Property("weight"u8, blockIo.Weight);
        json.Property("leafWeight"u8, blockIo.LeafWeight);
        json.Property("weightDevice"u8, blockIo.WeightDevice, WriteWeightDevice);
        json.Property("throttleReadBpsDevice"u8, blockIo.ThrottleReadBpsDevice, WriteThrottleDevice);
        json.Property("throttleWriteBpsDevice"u8, blockIo.ThrottleWriteBpsDevice, WriteThrottleDevice);
        json.Property("throttleReadIOPSDevice"u8, blockIo.ThrottleReadIopsDevice, WriteThrottleDevice);
        json.Property("throttleWriteIOPSDevice"u8, blockIo.ThrottleWriteIopsDevice, WriteThrottleDevice);
    }

    private static void WriteWeightDevice(JsonWriter json, LinuxWeightDevice weightDevice)
    {
        json.Property("major"u8, weightDevice.Major);
        json.Property("minor"u8, weightDevice.Minor);
        json.Property("weight"u8, weightDevice.Weight);
        json.Property("leafWeight"u8, weightDevice.LeafWeight);
    }

    private static void WriteThrottleDevice(JsonWriter json, LinuxThrottleDevice throttleDevice)
    {
        json.Property("major"u8, throttleDevice.Major);
        json.Property("minor"u8, throttleDevice.Minor);
        json.Property("rate"u8, throttleDevice.Rate);
    }
}
