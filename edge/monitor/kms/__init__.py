"""A monitor without a desktop: the kernel's mode setting, spoken directly. See docs/monitor.md."""
