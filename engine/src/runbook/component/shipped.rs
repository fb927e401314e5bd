//! The components that are part of the program, so that a runbook runs where nobody installed anything beside it.

macro_rules! shipped {
    ($($id:literal)*) => {
        &[$(($id, include_str!(concat!("../../../../runbooks/components/", $id, ".yaml")))),*]
    };
}

/// The shipped components: ids and texts in the order of their ids.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    shipped! {
        "app.checklist"
        "app.smoke"
        "backup.gaps"
        "backup.pg.restore_test"
        "backup.prune"
        "backup.run"
        "backup.verify"
        "cloud.aws.asg_scale"
        "cloud.aws.ec2_start"
        "cloud.aws.r53_upsert"
        "cloud.aws.rds_promote"
        "db.mssql.checkdb"
        "db.mssql.restore_full"
        "db.mssql.restore_next"
        "db.mssql.restore_until"
        "db.mssql.swap"
        "db.mssql.taillog"
        "db.mysql.drain"
        "db.mysql.fence"
        "db.mysql.lag"
        "db.mysql.promote"
        "db.mysql.repoint"
        "db.oracle.dg_failover"
        "db.oracle.dg_switchover"
        "db.pg.drain"
        "db.pg.fence"
        "db.pg.lag"
        "db.pg.promote"
        "db.pg.rewind"
        "file.config_restore"
        "file.restore"
        "host.config_drift"
        "host.inspect"
        "host.ipl"
        "host.login"
        "host.power_off"
        "host.reboot"
        "lb.capacity"
        "lb.drain"
        "lb.enable"
        "lb.pool_switch"
        "mark.declare"
        "mark.detect"
        "mark.event"
        "mark.resume"
        "mark.verified"
        "net.dns_switch"
        "net.icmp"
        "net.vip_move"
        "net.vip_owner"
        "net.vip_release"
        "people.ack"
        "people.contact_tree"
        "people.notify"
        "people.sitrep"
        "repl.pause"
        "repl.resume"
        "repl.reverse"
        "repl.status"
        "security.isolate"
        "security.rotate_creds"
        "security.scan"
        "service.pm2.reload"
        "service.restart"
        "service.script.start"
        "service.script.stop"
        "service.start"
        "service.stop"
        "service.windows.start"
        "service.windows.stop"
        "vm.image"
        "vm.snapshot"
        "vm.volume"
    }
}

/// What diagnostics call the file of a shipped component.
pub fn shipped_path(id: &str) -> String {
    format!("(shipped) components/{id}.yaml")
}
