using System.Text;
using OciSharp.Cgroups.Devices;
using OciSharp.Spec;

namespace OciSharp.Cgroups.V1;

internal sealed partial class V1Manager
{
    /// <inheritdoc/>
    protected override void RehearseAll(LinuxResources? resources)
    {
        if (FindUnified() is { } unified)
            Rehearsal!.Add(new CgroupAct(CgroupActKind.Make, unified.Directory.Path));
        foreach (Hierarchy hierarchy in hierarchies)
        {
            if (hierarchy.IsUnified || !hierarchy.Present)
                continue;
            Rehearsal!.Add(new CgroupAct(CgroupActKind.Make, hierarchy.Directory.Path));
            if ((hierarchy.Controllers & Controllers.CpuSet) != 0)
                CpuSetController.RehearseInitialise(Rehearsal, hierarchy.Directory, resources?.Cpu);
        }

        if (!rootless || Find(Controllers.Devices) is not null)
            RehearseDevices(Require(Controllers.Devices).Directory, DeviceExceptions.Fold(DeviceRules.Of(resources?.Devices)));
        Apply(resources, undo: null);
    }

    private void RehearseDevices(CgroupDirectory directory, DeviceExceptions rules)
    {
        (string first, string then) = rules.AllowByDefault ? ("allow", "deny") : ("deny", "allow");
        Rehearsal!.Add(new CgroupAct(CgroupActKind.Write, $"{directory.Path}/devices.{first}", "a"));
        Span<byte> text = stackalloc byte[DevicesController.RuleMax];
        foreach (DeviceGroup group in rules.Groups)
        {
            int length = DevicesController.Format(group, text);
            Rehearsal.Add(new CgroupAct(CgroupActKind.Write, $"{directory.Path}/devices.{then}", Encoding.ASCII.GetString(text[..(length - 1)])));
        }
    }
}
