// SPDX-License-Identifier: GPL-2.0
/*
 * uacce_edu: the "edu" device of QEMU (docs/specs/edu.rst there) as a uacce
 * accelerator that copies memory. Test support of acceld: with it
 * /sys/class/uacce, the device nodes and what open() binds are the kernel's own.
 *
 * With sva=1 the device takes the opener's virtual addresses and tags its DMA
 * with the PASID that uacce bound; only a QEMU whose edu has ATS and PASID can do
 * that (registers EDU_PASID and EDU_DMA_RESULT, which the stock one has not).
 * With sva=0 the driver moves the opener's bytes through a page that the device
 * reads and writes. Either way it is the opener's memory, whoever calls.
 *
 * Built for Linux 6.1 and later. ioctl() is serialised by uacce, one device at a
 * time, and so are the device's registers.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uacce.h>
#include <linux/uaccess.h>

#include "copy_queue.h"

#define EDU_DMA_SOURCE		0x80
#define EDU_DMA_DESTINATION	0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_COMMAND		0x98
#define EDU_DMA_START		0x1
#define EDU_DMA_FROM_DEVICE	0x2
/* Of a QEMU with tests/vm/guest/sva/qemu.patch: */
#define EDU_PASID		0xa0
#define EDU_PASID_VALID		0x80000000u
#define EDU_DMA_RESULT		0xc0
/*
 * The device's own memory, of 4096 bytes. QEMU before 8 dies of a transfer that
 * ends where it ends.
 */
#define EDU_BUFFER		0x40000
#define EDU_TRANSFER_SIZE	2048
/* Address bits that it drives unless QEMU is told otherwise. */
#define EDU_ADDRESS_BITS	28
/* A transfer takes 100 ms of the stock device. */
#define EDU_PATIENCE_MS		5000

static bool sva;
module_param(sva, bool, 0444);
MODULE_PARM_DESC(sva, "bind the opener's address space by PASID");
static unsigned int instances = 4;
module_param(instances, uint, 0444);
MODULE_PARM_DESC(instances, "queues of one device");

struct edu {
	struct pci_dev *pdev;
	void __iomem *registers;
	struct uacce_device *uacce;
	void *page;
	dma_addr_t page_address;
	atomic_t used;
};

struct edu_queue {
	struct pid *opener;
	u32 uid;
	bool started;
};

static bool is_shared(const struct uacce_queue *q)
{
	return q->uacce->flags & UACCE_DEV_SVA;
}

/* One transfer between memory and the device's buffer. */
static int edu_transfer(struct edu *edu, u64 address, u32 bytes, bool from_device)
{
	void __iomem *registers = edu->registers;
	int waited;

	writeq(from_device ? EDU_BUFFER : address, registers + EDU_DMA_SOURCE);
	writeq(from_device ? address : EDU_BUFFER, registers + EDU_DMA_DESTINATION);
	writeq(bytes, registers + EDU_DMA_COUNT);
	writeq(EDU_DMA_START | (from_device ? EDU_DMA_FROM_DEVICE : 0),
	       registers + EDU_DMA_COMMAND);
	for (waited = 0; waited < EDU_PATIENCE_MS; waited++) {
		if (!(readq(registers + EDU_DMA_COMMAND) & EDU_DMA_START))
			return 0;
		usleep_range(1000, 1100);
	}
	return -ETIMEDOUT;
}

static int copy_by_pasid(struct uacce_queue *q, u64 source, u64 destination, u32 bytes)
{
	struct edu *edu = q->uacce->priv;
	int ret;

	writel(EDU_PASID_VALID | q->pasid, edu->registers + EDU_PASID);
	ret = edu_transfer(edu, source, bytes, false);
	if (!ret && readl(edu->registers + EDU_DMA_RESULT))
		ret = -EIO;
	if (!ret)
		ret = edu_transfer(edu, destination, bytes, true);
	if (!ret && readl(edu->registers + EDU_DMA_RESULT))
		ret = -EIO;
	writel(0, edu->registers + EDU_PASID);
	return ret;
}

static int copy_by_page(struct uacce_queue *q, u64 source, u64 destination, u32 bytes)
{
	struct edu *edu = q->uacce->priv;
	struct edu_queue *queue = q->priv;
	struct task_struct *opener = get_pid_task(queue->opener, PIDTYPE_TGID);
	int ret = -EFAULT;

	if (!opener)
		return -ESRCH;
	if (access_process_vm(opener, source, edu->page, bytes, 0) != bytes)
		goto out;
	ret = edu_transfer(edu, edu->page_address, bytes, false);
	if (ret)
		goto out;
	memset(edu->page, 0, bytes);
	ret = edu_transfer(edu, edu->page_address, bytes, true);
	if (ret)
		goto out;
	if (access_process_vm(opener, destination, edu->page, bytes, FOLL_WRITE) != bytes)
		ret = -EFAULT;
out:
	put_task_struct(opener);
	return ret;
}

static long edu_copy(struct uacce_queue *q, const struct copy_queue_copy __user *argument)
{
	struct edu_queue *queue = q->priv;
	struct copy_queue_copy copy;
	u64 done = 0;

	if (copy_from_user(&copy, argument, sizeof(copy)))
		return -EFAULT;
	if (!queue->started || !copy.size || copy.size > COPY_QUEUE_MOST)
		return -EINVAL;
	while (done < copy.size) {
		u32 bytes = min_t(u64, copy.size - done, EDU_TRANSFER_SIZE);
		int ret = is_shared(q) ?
			copy_by_pasid(q, copy.source + done, copy.destination + done, bytes) :
			copy_by_page(q, copy.source + done, copy.destination + done, bytes);

		if (ret)
			return ret;
		done += bytes;
	}
	return 0;
}

static long edu_ioctl(struct uacce_queue *q, unsigned int cmd, unsigned long arg)
{
	struct edu_queue *queue = q->priv;
	struct copy_queue_owner owner = {
		.pid = pid_nr(queue->opener),
		.uid = queue->uid,
		.pasid = is_shared(q) ? q->pasid : 0,
	};

	switch (cmd) {
	case COPY_QUEUE_COPY:
		return edu_copy(q, (void __user *)arg);
	case COPY_QUEUE_OWNER:
		return copy_to_user((void __user *)arg, &owner, sizeof(owner)) ? -EFAULT : 0;
	default:
		return -ENOTTY;
	}
}

static int edu_get_available_instances(struct uacce_device *uacce)
{
	struct edu *edu = uacce->priv;

	return max_t(int, 0, (int)instances - atomic_read(&edu->used));
}

static int edu_get_queue(struct uacce_device *uacce, unsigned long arg, struct uacce_queue *q)
{
	struct edu *edu = uacce->priv;
	struct edu_queue *queue;

	if (!atomic_add_unless(&edu->used, 1, instances))
		return -EBUSY;
	queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	if (!queue) {
		atomic_dec(&edu->used);
		return -ENOMEM;
	}
	queue->opener = get_pid(task_tgid(current));
	queue->uid = from_kuid(&init_user_ns, current_uid());
	q->priv = queue;
	dev_info(&uacce->dev, "opened by process %d (%s) of user %u\n",
		 pid_nr(queue->opener), current->comm, queue->uid);
	return 0;
}

static void edu_put_queue(struct uacce_queue *q)
{
	struct edu *edu = q->uacce->priv;
	struct edu_queue *queue = q->priv;

	put_pid(queue->opener);
	kfree(queue);
	q->priv = NULL;
	atomic_dec(&edu->used);
}

static int edu_start_queue(struct uacce_queue *q)
{
	((struct edu_queue *)q->priv)->started = true;
	return 0;
}

static void edu_stop_queue(struct uacce_queue *q)
{
	((struct edu_queue *)q->priv)->started = false;
}

static int edu_is_q_updated(struct uacce_queue *q)
{
	return 0;
}

static const struct uacce_ops edu_ops = {
	.get_available_instances = edu_get_available_instances,
	.get_queue = edu_get_queue,
	.put_queue = edu_put_queue,
	.start_queue = edu_start_queue,
	.stop_queue = edu_stop_queue,
	.is_q_updated = edu_is_q_updated,
	.ioctl = edu_ioctl,
};

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct uacce_interface interface = {
		.name = "edu",
		.flags = sva ? UACCE_DEV_SVA : 0,
		.ops = &edu_ops,
	};
	struct edu *edu;
	int ret;

	edu = devm_kzalloc(&pdev->dev, sizeof(*edu), GFP_KERNEL);
	if (!edu)
		return -ENOMEM;
	edu->pdev = pdev;
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	edu->registers = pcim_iomap(pdev, 0, 0);
	if (!edu->registers)
		return -ENOMEM;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(EDU_ADDRESS_BITS));
	if (ret)
		return ret;
	edu->page = dmam_alloc_coherent(&pdev->dev, EDU_TRANSFER_SIZE, &edu->page_address, GFP_KERNEL);
	if (!edu->page)
		return -ENOMEM;
	pci_set_master(pdev);

	edu->uacce = uacce_alloc(&pdev->dev, &interface);
	if (IS_ERR(edu->uacce))
		return PTR_ERR(edu->uacce);
	edu->uacce->priv = edu;
	edu->uacce->is_vf = pdev->is_virtfn;
	edu->uacce->algs = "udma\n";
	edu->uacce->api_ver = "edu_v1";
	pci_set_drvdata(pdev, edu);
	ret = uacce_register(edu->uacce);
	if (ret)
		uacce_remove(edu->uacce);
	return ret;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	uacce_remove(edu->uacce);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{}
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "uacce_edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};
module_pci_driver(edu_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("QEMU's edu device as a uacce accelerator");
