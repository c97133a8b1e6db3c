#!/bin/bash -e
# Two packages that no archive has, with what they need from the image's own; pi-gen calls this in the folder of files/.
cache=var/cache/edge-image
install -d "$ROOTFS_DIR/$cache"
for package in files/edge-vision_*_arm64.deb files/edge-appliance_*_all.deb; do
  install -m 0644 "$package" "$ROOTFS_DIR/$cache"
done
# keep-package: what is flashed is the first version that an update can be taken back to.
on_chroot <<CHROOT
set -e
apt-get --yes install /$cache/*.deb
ls /$cache/edge-vision_*.deb | /usr/lib/edge-appliance/edge-appliance keep-package
CHROOT
rm -r "${ROOTFS_DIR:?}/$cache"
# No two devices are the same: systemd and the first boot make these.
: >"$ROOTFS_DIR/etc/machine-id"
rm -f "$ROOTFS_DIR"/etc/ssh/ssh_host_*
